#include "kernels/additive_attention.h"

#include <algorithm>
#include <vector>

#include "kernels/additive_attention.simd.h"
#include "kernels/linear.h"
#include "kernels/matmul.h"
#include "kernels/matmul.simd.h"
#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

using Values = std::vector<real>;

constexpr int64_t few_samples = 8, few_rows = 12;  // with fewer samples than that, so many queries are a task

int64_t padded_columns(int64_t n) { return (n + column_padding - 1) / column_padding * column_padding; }

// Rows of `row` values, each followed by zeros up to the padded length.
Values with_padded_rows(const real* x, int64_t rows, int64_t row) {
  const int64_t P = padded_columns(row);
  Values out(rows * P);
  for (int64_t r = 0; r < rows; ++r) std::copy_n(x + r * row, row, &out[r * P]);
  return out;
}
// The same of the transposed of x (rows, row).
Values transposed_with_padded_rows(const real* x, int64_t rows, int64_t row) {
  const int64_t P = padded_columns(rows);
  Values out(row * P);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < row; ++i) out[i * P + r] = x[r * row + i];
  return out;
}

// Turns q and k into e^2q and e^2k where their product cannot overflow; says whether it did. In double it never does:
// 1 - 2 / (1 + e^2x) loses what tanh keeps near 0, and that build is there to be exact.
bool make_exponential(Values& q, Values& k) {
  constexpr real limit = sizeof(real) == sizeof(float) ? 20 : -1;
  LargestMagnitude* const largest = SIMD_BEST(largest_magnitude);
  for (const Values* v : {&q, &k})
    if (largest(v->data(), static_cast<int64_t>(v->size())) > limit) return false;
  for (Values* v : {&q, &k}) SIMD_BEST(exponential_of_twice)(v->data(), static_cast<int64_t>(v->size()));
  return true;
}

// The first largest of e[0..T), a NaN counting as largest.
int64_t first_peak(const real* e, int64_t T) {
  int64_t best = 0;
  for (int64_t s = 1; s < T; ++s)
    if (!(e[s] <= e[best]) && e[best] == e[best]) best = s;
  return best;
}

}  // namespace

void additive_attention(View<const real, 3> x, AttentionParameters p, AttentionOptions options, AttentionResult r) {
  const auto [N, T, C] = x.extent;
  const int64_t U = p.score.extent[0], P = padded_columns(T);
  linear({x.data, {N * T, C}}, p.query, p.bias, Precision::strict, {r.q.data, {N * T, U}});
  linear({x.data, {N * T, C}}, p.key, {nullptr, {U}}, Precision::strict, {r.k.data, {N * T, U}});
  // few samples are shared out by queries; how makes no difference to any bit
  const int64_t rows = N < few_samples ? few_rows : T, tasks = (T + rows - 1) / rows;
  parallel_for(N * tasks, [=, T = T, C = C](int64_t task) {
    const int64_t n = task / tasks, first = task % tasks * rows, count = std::min(rows, T - first);
    Values q(padded_columns(T * U)), k = transposed_with_padded_rows(r.k.data + n * T * U, T, U), e(count * P);
    std::copy_n(r.q.data + n * T * U, T * U, q.begin());
    const bool exponential = make_exponential(q, k);
    SIMD_BEST(attention_scores)
    (&q[first * U], k.data(), p.score.data, p.score_bias.data[0], count, U, P, exponential, e.data());
    const Values seen = with_padded_rows(x.data + n * T * C, T, C);
    std::fill_n(&r.values.data[(n * T + first) * C], count * C, real(0));
    for (int64_t t = first; t < first + count; ++t) {
      real* row = &e[(t - first) * P];
      const int64_t best = first_peak(row, T), begin = options.begin(t), end = options.end(t, T);
      r.peak.data[n * T + t] = static_cast<int32_t>(best);
      SIMD_BEST(attention_weights)(row, P, best, begin, end, static_cast<real>(options.epsilon));
      std::copy_n(row, T, r.weights.data + (n * T + t) * T);
      if (options.width == 0) continue;
      SIMD_BEST(product_block)  // of the keys that it sees: 0 times an infinity outside is not 0
      (row + begin, P, 1, &seen[begin * padded_columns(C)], padded_columns(C), end - begin,
       r.values.data + (n * T + t) * C, C, 1, C);
    }
    if (options.width == 0) SIMD_BEST(product_block)
    (e.data(), P, 1, seen.data(), padded_columns(C), T, &r.values.data[(n * T + first) * C], C, count, C);
  });
}

namespace {

// The gradients of q and k of sample n, without the factor score[u], and what the sample gives to dscore, from `de`,
// which holds the gradients of the weights and takes those of the scores.
struct PairSums {
  Values q, k, h;
};
PairSums pairs_backward(AttentionOptions options, AttentionSaved saved, int64_t n, const Values& weights, Values& de) {
  const auto [N, T, U] = saved.q.extent;
  const int64_t P = padded_columns(T), PU = padded_columns(U);
  Values q = with_padded_rows(saved.q.data + n * T * U, T, U), k = with_padded_rows(saved.k.data + n * T * U, T, U);
  const bool exponential = make_exponential(q, k);
  PairSums sums{Values(T * PU), Values(T * PU), Values(PU)};
  for (int64_t t = 0; t < T; ++t) {
    real* row = &de[t * P];
    const int64_t peak = saved.peak(n, t), begin = options.begin(t), end = options.end(t, T);
    row[peak] -= SIMD_BEST(attention_weights_backward)(&weights[t * P], row, P);
    const auto pairs = [&, t](int64_t from, int64_t to) {
      SIMD_BEST(attention_pairs_backward)
      (&q[t * PU], k.data(), row, from, to, PU, exponential, &sums.q[t * PU], sums.k.data(), sums.h.data());
    };
    pairs(begin, end);
    if (peak < begin || peak >= end) pairs(peak, peak + 1);
  }
  return sums;
}

}  // namespace

void additive_attention_backward(View<const real, 3> dvalues, View<const real, 3> x, AttentionParameters p,
                                 AttentionOptions options, AttentionSaved saved, AttentionRoom room,
                                 AttentionGradients d) {
  const auto [N, T, C] = x.extent;
  const int64_t U = p.score.extent[0], P = padded_columns(T), PU = padded_columns(U), rows = N * T;
  parallel_for(N, [=, T = T, C = C](int64_t n) {
    const real* dv = dvalues.data + n * T * C;
    const Values weights = with_padded_rows(saved.weights.data + n * T * T, T, T);
    const Values seen = transposed_with_padded_rows(x.data + n * T * C, T, C);
    Values de(T * P);
    SIMD_BEST(product_block)(dv, C, 1, seen.data(), P, C, de.data(), P, T, P);
    const PairSums sums = pairs_backward(options, saved, n, weights, de);
    for (int64_t t = 0; t < T; ++t)
      for (int64_t u = 0; u < U; ++u) {
        room.q(n, t, u) = p.score(u) * sums.q[t * PU + u];
        room.k(n, t, u) = p.score(u) * sums.k[t * PU + u];
      }
    std::copy_n(sums.h.begin(), U, room.h.data + n * T * U);
    if (d.x.data) {  // by way of the values: dx[s] = sum_t weights[t,s] dvalues[t]
      real* dx = d.x.data + n * T * C;
      std::fill_n(dx, T * C, real(0));
      const Values given = with_padded_rows(dv, T, C);
      SIMD_BEST(product_block)(weights.data(), 1, P, given.data(), padded_columns(C), T, dx, C, T, C);
    }
  });

  const Strided x_rows{x.data, C, 1};
  if (d.x.data) {
    const Strided so_far{d.x.data, C, 1};
    product({room.q.data, U, 1}, {p.query.data, C, 1}, U, so_far, {d.x.data, {rows, C}});
    product({room.k.data, U, 1}, {p.key.data, C, 1}, U, so_far, {d.x.data, {rows, C}});
  }
  if (d.query.data) product({room.q.data, 1, U}, x_rows, rows, zeros, d.query);
  if (d.key.data) product({room.k.data, 1, U}, x_rows, rows, zeros, d.key);
  if (d.bias.data) product(ones, {room.q.data, U, 1}, rows, zeros, {d.bias.data, {1, U}});
  if (d.score.data) product(ones, {room.h.data, T * U, 1}, N, zeros, {d.score.data, {1, U}});
}

}  // namespace SEISGRAD::cpu
