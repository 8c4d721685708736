#include "kernels/conv1d_fused.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/conv1d_fused_taps.h"
#include "kernels/conv1d_pack.h"
#include "kernels/parallel.h"
#include "kernels/round_up.h"
#include "kernels/scratch.h"

namespace SEISGRAD::cpu {
namespace {

double norm_scale(const ChannelNorm<real>& norm, int64_t c) {
  return norm.gamma(c) / std::sqrt(double(norm.var(c)) + double(norm.epsilon));
}

// W of the taps with `after` multiplied in, in the order in which a piece wants it.
Conv1dPiece fused_filter(View<const real, 3> w, View<const real, 1> bias, const AroundConv1d<real>& around,
                         const Conv1dTaps& taps) {
  thread_local Scratch memory;
  const int64_t O = w.extent[0], C = w.extent[1], K = w.extent[2], T = taps.taps, rows = taps.folded ? 2 * O : O;
  real *const weights = memory.get(rows * (C * T + 1)), *const biases = weights + rows * C * T;
  const ChannelNorm<real>& after = around.after;
  real* to = weights;
  for (int64_t v = 0; v < rows; ++v) {
    const int64_t o = taps.folded ? v / 2 : v;
    const double exact = after.gamma.data ? norm_scale(after, o) : 1;
    const real scale = static_cast<real>(exact);
    for (int64_t c = 0; c < C; ++c)
      for (int64_t t = 0; t < T; ++t) {
        real sum = w(o, c, taps.first_tap(v, t));
        for (int64_t k = taps.first_tap(v, t) + 1; k < taps.last_tap(v, t, K); ++k) sum += w(o, c, k);
        *to++ = after.gamma.data ? sum * scale : sum;
      }
    const real start = bias.data ? bias(o) : real(0);
    biases[v] = after.gamma.data ? static_cast<real>((double(start) - after.mean(o)) * exact + after.beta(o)) : start;
  }
  return pack_filter(C, rows, T, weights, C * T, T, 1, biases);
}

// What the taps meet from sum `first` on, `count` values of X', with `before` applied to what is not padding.
void pack_taps(const real* x, const Conv1dTaps& taps, int64_t first, int64_t count, real* out, int64_t& from,
               int64_t& to) {
  from = std::clamp<int64_t>(taps.begin - first, 0, count);
  to = std::clamp<int64_t>(taps.end - first, from, count);
  std::fill_n(out, from, real(0));
  const int64_t shift = first + taps.shift;
  if (taps.repeat == 1) std::copy(x + shift + from, x + shift + to, out + from);
  else
    for (int64_t j = from; j < to; ++j) out[j] = x[(shift + j) / taps.repeat];
  std::fill(out + to, out + count, real(0));
}

// Sums begin..end-1 of every row; outputs from `outputs` on are not stored.
void sum_taps(View<const real, 3> x, const AroundConv1d<real>& around, const Conv1dTaps& taps,
              const Conv1dPiece& filter, int64_t begin, int64_t end, int64_t outputs, View<real, 3> y) {
  if (begin >= end) return;
  const int64_t N = x.extent[0], C = x.extent[1], L = x.extent[2], O = y.extent[1];
  const int64_t length = std::min(end - begin, task_positions(N, end - begin, C, filter.O, filter.K));
  const int64_t parts = ceil_div(end - begin, length);
  const int64_t readable = round_up(length, SIMD_BEST(conv1d_tile)(filter.O).positions) + filter.K - 1;
  std::vector<int64_t> tap(filter.K);
  for (int64_t k = 0; k < filter.K; ++k) tap[k] = k;
  std::vector<real> scale(around.before.gamma.data ? C : 0);
  for (int64_t c = 0; c < static_cast<int64_t>(scale.size()); ++c)
    scale[c] = static_cast<real>(norm_scale(around.before, c));
  Conv1dLoop* const loop = SIMD_BEST(conv1d_loop);
  NormReluLoop* const norm = SIMD_BEST(norm_relu_loop);

  parallel_for(N * parts, [&](int64_t task) {
    thread_local Scratch rows;
    const int64_t n = task / parts, first = begin + task % parts * length;
    real* const packed = rows.get(C * readable);
    for (int64_t c = 0; c < C; ++c) {
      real* const row = packed + c * readable;
      int64_t from, to;
      pack_taps(x.data + (n * C + c) * L, taps, first, readable, row, from, to);
      if (!scale.empty()) norm(row + from, around.before.mean(c), scale[c], around.before.beta(c), to - from);
    }
    Conv1dPiece piece = filter;
    piece.positions = std::min(length, end - first);
    piece.x = packed;
    piece.x_row = readable;
    piece.tap = tap.data();
    piece.y_row = y.extent[2];
    piece.y = y.data + n * O * piece.y_row;
    piece.first = taps.folded ? 2 * first - taps.lead : first;
    piece.outputs = outputs;
    piece.phases = taps.folded;
    if (around.residual.data) {
      piece.residual_row = around.residual.extent[2];
      piece.residual = around.residual.data + n * O * piece.residual_row;
    }
    piece.activation = around.activation;
    piece.pool = around.pool;
    loop(piece);
  });
}

}  // namespace

void conv1d_fused(View<const real, 3> x, View<const real, 3> w, View<const real, 1> bias,
                  const AroundConv1d<real>& around, View<real, 3> y) {
  const int64_t L = x.extent[2], K = w.extent[2], M = around.output_length(L, K);
  Conv1dTaps direct = direct_taps(around, L, K);
  if (!around.folds(K)) return sum_taps(x, around, direct, fused_filter(w, bias, around, direct), 0, M, M, y);

  const Conv1dTaps folded = folded_taps(around, L, K);
  sum_taps(x, around, folded, fused_filter(w, bias, around, folded), 0, folded.sums, M, y);
  if (folded.spoilt_left + folded.spoilt_right == 0) return;
  const Conv1dPiece filter = fused_filter(w, bias, around, direct);
  sum_taps(x, around, direct, filter, 0, folded.spoilt_left, folded.spoilt_left, y);
  sum_taps(x, around, direct, filter, M - folded.spoilt_right, M, M, y);
}

}  // namespace SEISGRAD::cpu
