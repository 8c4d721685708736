#include "kernels/conv1d.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/conv1d_pack.h"
#include "kernels/parallel.h"
#include "kernels/round_up.h"
#include "kernels/scratch.h"

// Everything here is one picture: rows are copied, padded with zeros, into scratch memory, where the inner loops of
// conv1d.simd.cpp need no case for an edge, a stride or a dilation. The copy is one move for O*K multiplications.
namespace SEISGRAD::cpu {
namespace {

// How a padded row X is made of a row x, X[j] = x[(j - left) / spread] or 0 where that is no sample, and read: tap k
// meets X[i stride + k dilation] at position i.
struct Padded {
  int64_t stride, dilation, left, spread;
};

// A padded row is stored as `stride` phases, phase r holding every X[i stride + r], so that each tap meets neighbours
// at neighbouring positions: from where on, for phases that begin `phase` values apart.
std::vector<int64_t> tap_offsets(const Padded& p, int64_t kernel, int64_t phase) {
  std::vector<int64_t> tap(kernel);
  for (int64_t k = 0; k < kernel; ++k) tap[k] = k * p.dilation % p.stride * phase + k * p.dilation / p.stride;
  return tap;
}

// How far the last tap reaches beyond the first in a phase.
int64_t reach(const Padded& p, int64_t kernel) { return (kernel - 1) * p.dilation / p.stride; }

// The first `count` values of each phase, for positions `first` and on.
void pack_row(const real* x, int64_t length, const Padded& p, int64_t first, int64_t count, int64_t phase, real* out) {
  if (p.stride == 1 && p.spread == 1) {
    const int64_t begin = first - p.left, end = begin + count;  // of x
    const int64_t from = std::clamp<int64_t>(0, begin, end), to = std::clamp(length, from, end);
    std::fill_n(out, from - begin, real(0));
    std::copy(x + from, x + to, out + from - begin);
    std::fill(out + to - begin, out + count, real(0));
    return;
  }
  for (int64_t r = 0; r < p.stride; ++r) std::fill_n(out + r * phase, count, real(0));
  const int64_t begin = first * p.stride, end = begin + count * p.stride;  // of X
  const int64_t from = ceil_div(std::max<int64_t>(0, begin - p.left), p.spread);
  const int64_t to = std::min(length, ceil_div(std::max<int64_t>(0, end - p.left), p.spread));
  const int64_t at = from * p.spread + p.left - begin;
  int64_t r = at % p.stride, i = at / p.stride;
  for (int64_t l = from; l < to; ++l) {
    out[r * phase + i] = x[l];
    for (r += p.spread; r >= p.stride; r -= p.stride) ++i;
  }
}

// y = bias + w * X for all samples.
void convolve(View<const real, 3> x, const Padded& padded, const Conv1dPiece& filter, View<real, 3> y) {
  const int64_t N = y.extent[0], M = y.extent[2], C = x.extent[1], L = x.extent[2];
  if (y.size() == 0) return;
  const int64_t length = std::min(M, task_positions(N, M, C, filter.O, filter.K)), parts = ceil_div(M, length);
  const int64_t readable = round_up(length, SIMD_BEST(conv1d_tile)(filter.O).positions) + reach(padded, filter.K);
  const std::vector<int64_t> tap = tap_offsets(padded, filter.K, readable);
  const int64_t x_row = readable * padded.stride;
  Conv1dLoop* const loop = SIMD_BEST(conv1d_loop);
  parallel_for(N * parts, [&](int64_t task) {
    thread_local Scratch rows;
    const int64_t n = task / parts, first = task % parts * length;
    real* const packed = rows.get(C * x_row);
    for (int64_t c = 0; c < C; ++c)
      pack_row(x.data + (n * C + c) * L, L, padded, first, readable, readable, packed + c * x_row);
    Conv1dPiece piece = filter;
    piece.positions = std::min(length, M - first);
    piece.x = packed;
    piece.x_row = x_row;
    piece.tap = tap.data();
    piece.y = y.data + n * filter.O * M;
    piece.y_row = M;
    piece.first = first;
    piece.outputs = M;
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

// The sums of conv1d_weight_loop without what the zeros in dy mask: valid(p) of the positions of piece p.
void sum_unmasked(const Conv1dWeightRows& rows, int64_t pieces, int64_t piece, const auto& valid) {
  for (int64_t o = 0; o < rows.O; ++o)
    for (int64_t j = 0; j < rows.columns; ++j) {
      real sum = 0;
      for (int64_t p = 0; p < pieces; ++p)
        for (int64_t i = p * piece; i < p * piece + valid(p); ++i)
          sum += rows.dy[o * rows.dy_row + i] * rows.x[rows.column[j] + i];
      rows.dw[o * rows.columns + j] = sum;
    }
}

// The batch is cut into pieces of at most 4096 positions. Groups of pieces, about 2^17 values or half of the
// second-level cache, are laid end to end, each followed by so many zeros in dy that no tap meets the next piece: one
// long row, however short the layer's. Zero times a NaN or an infinity is a NaN, so where x has one nothing is masked.
// A group's gradients are summed in registers, the groups' afterwards, in order. A task is 32 output channels of a
// group.
void conv1d_backward_weight(View<const real, 3> dy, View<const real, 3> x, Convolution1d conv, View<real, 3> dw) {
  constexpr int64_t task_channels = 32, most_positions = 4096, group_values = 1 << 17;
  const int64_t N = dy.extent[0], O = dy.extent[1], M = dy.extent[2];
  const int64_t C = x.extent[1], L = x.extent[2], K = dw.extent[2], size = dw.size();
  const Padded padded{conv.stride, conv.dilation, conv.left, 1};
  const int64_t cuts = ceil_div(M, most_positions), cut = ceil_div(M, cuts), pieces = N * cuts;
  const int64_t gap = reach(padded, K), piece = cut + gap;
  const int64_t at_most = std::max<int64_t>(1, group_values / ((C * conv.stride + O) * piece));
  const int64_t in_group = ceil_div(pieces, std::max<int64_t>(1, ceil_div(pieces, at_most)));  // of like size
  const int64_t groups = pieces == 0 ? 0 : ceil_div(pieces, in_group), parts = ceil_div(O, task_channels);

  const int64_t positions = round_up(in_group * piece, conv1d_lanes), phase = positions + gap;
  const int64_t x_row = phase * conv.stride;
  const std::vector<int64_t> tap = tap_offsets(padded, K, phase);
  std::vector<int64_t> column(round_up(C * K, conv1d_column_block), 0);
  for (int64_t j = 0; j < C * K; ++j) column[j] = j / K * x_row + tap[j % K];
  thread_local Scratch sums_of_groups;
  real* const partial = sums_of_groups.get(groups * size);
  Conv1dWeightLoop* const loop = SIMD_BEST(conv1d_weight_loop);

  parallel_for(groups * parts, [&](int64_t task) {
    thread_local Scratch rows;
    const int64_t group = task / parts, first = task % parts * task_channels, outs = std::min(task_channels, O - first);
    const int64_t dy_rows = outs == 1 ? 1 : round_up(outs, 4);
    real* const dys = rows.get(C * x_row + dy_rows * positions);
    real* const xs = dys + dy_rows * positions;
    const int64_t begin = group * in_group, count = std::min(in_group, pieces - begin);
    const auto valid = [&](int64_t p) { return std::min(cut, M - (begin + p) % cuts * cut); };
    std::fill_n(dys, dy_rows * positions, real(0));
    for (real* row = xs; row < xs + C * x_row; row += phase) std::fill(row + count * piece, row + phase, real(0));
    for (int64_t p = 0; p < count; ++p) {
      const int64_t n = (begin + p) / cuts, at = (begin + p) % cuts * cut;
      for (int64_t c = 0; c < C; ++c)
        pack_row(x.data + (n * C + c) * L, L, padded, at, piece, phase, xs + c * x_row + p * piece);
      for (int64_t o = 0; o < outs; ++o)
        std::copy_n(dy.data + (n * O + first + o) * M + at, valid(p), dys + o * positions + p * piece);
    }
    const Conv1dWeightRows sums{round_up(count * piece, conv1d_lanes), outs, C * K, dys, positions, xs, column.data(),
                                partial + group * size + first * C * K};
    if (std::isfinite(SIMD_BEST(conv1d_sum_loop)(xs, C * x_row))) loop(sums);
    else sum_unmasked(sums, count, piece, valid);
  });

  std::fill_n(dw.data, size, real(0));
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t i = 0; i < size; ++i) dw.data[i] += partial[g * size + i];
}

void conv1d_backward_bias(View<const real, 3> dy, View<real, 1> db) {
  const int64_t N = dy.extent[0], O = dy.extent[1], M = dy.extent[2];
  Conv1dSumLoop* const sum = SIMD_BEST(conv1d_sum_loop);
  parallel_for(O, [&](int64_t o) {
    double total = 0;
    for (int64_t n = 0; n < N; ++n) total += sum(dy.data + (n * O + o) * M, M);
    db(o) = static_cast<real>(total);
  });
}

}  // namespace SEISGRAD::cpu
