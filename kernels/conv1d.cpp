#include "kernels/conv1d.h"

#include <algorithm>
#include <vector>

#include "kernels/conv1d.simd.h"
#include "kernels/parallel.h"
#include "kernels/scratch.h"

// Everything here is one picture: rows are copied, padded with zeros, into scratch memory, where the inner loops of
// conv1d.simd.cpp need no case for an edge, a stride or a dilation. The copy is one move for O*K multiplications.
namespace SEISGRAD::cpu {
namespace {

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t round_up(int64_t a, int64_t b) { return divide_up(a, b) * b; }

// How a padded row X is made of a row x, X[j] = x[(j - left) / spread] or 0 where that is no sample, and read: tap k
// meets X[i stride + k dilation] at position i.
struct Padded {
  int64_t stride, dilation, left, spread;
};

// A padded row is stored as `stride` phases, phase r holding every X[i stride + r]: so each tap meets neighbours at
// neighbouring positions. These are the places of X's values for positions `first` and on.
struct PackedRow {
  int64_t phase, size;       // values in a phase, in the row
  std::vector<int64_t> tap;  // where each tap's values begin

  PackedRow(const Padded& p, int64_t kernel, int64_t positions) : tap(kernel) {
    phase = positions + (kernel - 1) * p.dilation / p.stride;
    size = phase * p.stride;
    for (int64_t k = 0; k < kernel; ++k) tap[k] = k * p.dilation % p.stride * phase + k * p.dilation / p.stride;
  }
};

void pack_row(const real* x, int64_t length, const Padded& p, int64_t first, const PackedRow& row, real* out) {
  const int64_t begin = first * p.stride, end = begin + row.size;  // of X
  const int64_t from = std::max<int64_t>(0, divide_up(begin - p.left, p.spread));
  const int64_t to = std::max(from, std::min(length, divide_up(end - p.left, p.spread)));
  const int64_t at = from * p.spread + p.left - begin;
  if (p.stride == 1 && p.spread == 1 && from < to) {
    std::fill_n(out, at, real(0));
    std::copy(x + from, x + to, out + at);
    std::fill(out + at + to - from, out + row.size, real(0));
    return;
  }
  std::fill_n(out, row.size, real(0));
  int64_t r = at % p.stride, i = at / p.stride;
  for (int64_t l = from; l < to; ++l) {
    out[r * row.phase + i] = x[l];
    for (r += p.spread; r >= p.stride; r -= p.stride) ++i;
  }
}

// Weights w[o * by_o + c * by_c + k * by_k] and bias (or nullptr) as a piece wants them; valid until this thread's
// next.
Conv1dPiece pack_filter(int64_t C, int64_t O, int64_t K, const real* w, int64_t by_o, int64_t by_c, int64_t by_k,
                        const real* bias) {
  thread_local Scratch memory;
  const int64_t block = SIMD_BEST(conv1d_block)(O), outs = round_up(O, block);
  real* const packed = memory.get(outs * (C * K + 1));
  real* const packed_bias = packed + outs * C * K;
  for (int64_t o = 0; o < outs; ++o) {
    packed_bias[o] = bias && o < O ? bias[o] : real(0);
    real* const at = packed + o / block * block * C * K + o % block;
    for (int64_t c = 0; c < C; ++c)
      for (int64_t k = 0; k < K; ++k) at[(c * K + k) * block] = o < O ? w[o * by_o + c * by_c + k * by_k] : real(0);
  }
  return {.C = C, .O = O, .K = K, .w = packed, .bias = packed_bias};
}

// Positions for one task: about 2^20 multiplications and at most 2^16 packed values, some 0.1 ms and a quarter of the
// second-level cache. A multiple of every tile's length.
int64_t task_positions(int64_t C, int64_t O, int64_t K) {
  constexpr int64_t unit = 384;
  const int64_t by_work = (int64_t{1} << 20) / std::max<int64_t>(1, unit * O * C * K);
  const int64_t by_space = (int64_t{1} << 16) / std::max<int64_t>(1, unit * C);
  return unit * std::max<int64_t>(1, std::min(by_work, by_space));
}

// y = bias + w * X for all samples.
void convolve(View<const real, 3> x, const Padded& padded, const Conv1dPiece& filter, View<real, 3> y) {
  const int64_t N = y.extent[0], M = y.extent[2], C = x.extent[1], L = x.extent[2];
  const int64_t length = std::min(M, task_positions(C, filter.O, filter.K)), parts = divide_up(M, length);
  const PackedRow row(padded, filter.K, length + conv1d_slack);
  Conv1dLoop* const loop = SIMD_BEST(conv1d_loop);
  parallel_for(N * parts, [&](int64_t task) {
    thread_local Scratch rows;
    const int64_t n = task / parts, first = task % parts * length;
    real* const packed = rows.get(C * row.size);
    for (int64_t c = 0; c < C; ++c) pack_row(x.data + (n * C + c) * L, L, padded, first, row, packed + c * row.size);
    Conv1dPiece piece = filter;
    piece.positions = std::min(length, M - first);
    piece.x = packed;
    piece.x_row = row.size;
    piece.tap = row.tap.data();
    piece.y = y.data + n * filter.O * M + first;
    piece.y_row = M;
    loop(piece);
  });
}

}  // namespace

void conv1d(View<const real, 3> x, View<const real, 3> w, View<const real, 1> bias, Convolution1d conv,
            View<real, 3> y) {
  const auto [O, C, K] = w.extent;
  convolve(x, {conv.stride, conv.dilation, conv.left, 1}, pack_filter(C, O, K, w.data, C * K, K, 1, bias.data), y);
}

// The convolution of dy with channels swapped and taps reversed. With a stride, dy's samples lie that far apart
// between zeros, which are multiplied too: simple, and no model trains a layer with a stride.
void conv1d_backward_data(View<const real, 3> dy, View<const real, 3> w, Convolution1d conv, View<real, 3> dx) {
  const auto [O, C, K] = w.extent;
  convolve(dy, {1, conv.dilation, conv.dilation * (K - 1) - conv.left, conv.stride},
           pack_filter(O, C, K, w.data + K - 1, K, C * K, -1, nullptr), dx);
}

// The batch is cut into pieces of at most 4096 positions and these into groups of about 2^17 values, half of the
// second-level cache. A group's gradients are summed in registers, the groups' afterwards, in order. A task is 16
// output channels of a group.
void conv1d_backward_weight(View<const real, 3> dy, View<const real, 3> x, Convolution1d conv, View<real, 3> dw) {
  constexpr int64_t task_channels = 16, most_positions = 4096, group_values = 1 << 17;
  const int64_t N = dy.extent[0], O = dy.extent[1], M = dy.extent[2];
  const int64_t C = x.extent[1], L = x.extent[2], K = dw.extent[2], size = dw.size();
  const int64_t cuts = divide_up(M, most_positions), cut = round_up(divide_up(M, cuts), conv1d_lanes);
  const Padded padded{conv.stride, conv.dilation, conv.left, 1}, as_it_is{1, 1, 0, 1};
  const PackedRow x_row(padded, K, cut), dy_row(as_it_is, 1, cut);
  const int64_t pieces = N * cuts, in_group = std::max<int64_t>(1, group_values / (C * x_row.size + O * cut));
  const int64_t groups = divide_up(pieces, in_group), parts = divide_up(O, task_channels);

  std::vector<int64_t> column(round_up(C * K, conv1d_column_block), 0);
  for (int64_t j = 0; j < C * K; ++j) column[j] = j / K * x_row.size + x_row.tap[j % K];
  thread_local Scratch sums_of_groups;
  real* const partial = sums_of_groups.get(groups * size);
  Conv1dWeightLoop* const loop = SIMD_BEST(conv1d_weight_loop);

  parallel_for(groups * parts, [&](int64_t task) {
    thread_local Scratch rows;
    const int64_t group = task / parts, first = task % parts * task_channels, outs = std::min(task_channels, O - first);
    const int64_t dy_rows = outs == 1 ? 1 : round_up(outs, 4), x_piece = C * x_row.size, dy_piece = dy_rows * cut;
    const int64_t begin = group * in_group, count = std::min(in_group, pieces - begin);
    real* const xs = rows.get(count * (x_piece + dy_piece));
    real* const dys = xs + count * x_piece;
    for (int64_t p = 0; p < count; ++p) {
      const int64_t n = (begin + p) / cuts, at = (begin + p) % cuts * cut;
      for (int64_t c = 0; c < C; ++c)
        pack_row(x.data + (n * C + c) * L, L, padded, at, x_row, xs + p * x_piece + c * x_row.size);
      for (int64_t o = 0; o < dy_rows; ++o)
        pack_row(dy.data + (n * O + first + o) * M, o < outs ? M : 0, as_it_is, at, dy_row,
                 dys + p * dy_piece + o * cut);
    }
    loop({count, cut, outs, C * K, dys, dy_piece, xs, x_piece, column.data(), partial + group * size + first * C * K});
  });

  std::fill_n(dw.data, size, real(0));
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t i = 0; i < size; ++i) dw.data[i] += partial[g * size + i];
}

void conv1d_backward_bias(View<const real, 3> dy, View<real, 1> db) {
  const int64_t N = dy.extent[0], O = dy.extent[1], M = dy.extent[2];
  Conv1dSumLoop* const sum = SIMD_BEST(conv1d_sum_loop);
  parallel_for(O, [&](int64_t o) {
    real total = 0;
    for (int64_t n = 0; n < N; ++n) total += sum(dy.data + (n * O + o) * M, M);
    db(o) = total;
  });
}

}  // namespace SEISGRAD::cpu
