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

int64_t padded(int64_t n) { return (n + column_padding - 1) / column_padding * column_padding; }

// Rows of `row` values, each followed by zeros up to the padded length.
Values with_padded_rows(const real* x, int64_t rows, int64_t row) {
  const int64_t P = padded(row);
  Values out(rows * P);
  for (int64_t r = 0; r < rows; ++r) std::copy_n(x + r * row, row, &out[r * P]);
  return out;
}
// The same of the transposed of x (rows, row).
Values transposed_with_padded_rows(const real* x, int64_t rows, int64_t row) {
  const int64_t P = padded(rows);
  Values out(row * P);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < row; ++i) out[i * P + r] = x[r * row + i];
  return out;
}

// q + bias and k of all samples: (N T, U).
struct Projections {
  Values q, k;
};
Projections project(View<const real, 3> x, const AttentionParameters& p) {
  const int64_t rows = x.extent[0] * x.extent[1], C = x.extent[2], U = p.query.extent[0];
  Projections to{Values(rows * U), Values(rows * U)};
  linear({x.data, {rows, C}}, p.query, p.bias, {to.q.data(), {rows, U}});
  linear({x.data, {rows, C}}, p.key, {nullptr, {U}}, {to.k.data(), {rows, U}});
  return to;
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

void additive_attention(View<const real, 3> x, AttentionParameters p, AttentionOptions options, View<real, 3> values,
                        View<real, 3> weights, View<int32_t, 2> peak) {
  const int64_t T = x.extent[1], C = x.extent[2], U = p.query.extent[0], P = padded(T), PC = padded(C);
  const Projections all = project(x, p);
  parallel_for(x.extent[0], [&](int64_t n) {
    Values q(padded(T * U)), k = transposed_with_padded_rows(&all.k[n * T * U], T, U), e(T * P);
    std::copy_n(&all.q[n * T * U], T * U, q.begin());
    const bool exponential = make_exponential(q, k);
    SIMD_BEST(attention_scores)
    (q.data(), k.data(), p.score.data, p.score_bias.data[0], T, U, P, exponential, e.data());
    for (int64_t t = 0; t < T; ++t) {
      real* row = &e[t * P];
      const int64_t best = first_peak(row, T);
      peak.data[n * T + t] = static_cast<int32_t>(best);
      SIMD_BEST(attention_weights)
      (row, P, best, options.begin(t), options.end(t, T), static_cast<real>(options.epsilon));
      std::copy_n(row, T, weights.data + (n * T + t) * T);
    }
    const Values keys = with_padded_rows(x.data + n * T * C, T, C);
    real* v = values.data + n * T * C;
    std::fill_n(v, T * C, real(0));
    SIMD_BEST(product_block)(e.data(), P, 1, keys.data(), PC, T, v, C, T, C);
  });
}

void additive_attention_backward(View<const real, 3> dvalues, View<const real, 3> x, AttentionParameters p,
                                 AttentionOptions options, View<const real, 3> weights, View<const int32_t, 2> peak,
                                 AttentionGradients d) {
  const auto [N, T, C] = x.extent;
  const int64_t U = p.query.extent[0], P = padded(T), PC = padded(C), PU = padded(U), rows = N * T;
  const Projections all = project(x, p);
  Values dq(rows * U), dk(rows * U), dscore(N * U);  // of dscore what each sample gives
  const auto sample = [&, T = T, C = C](int64_t n) {
    const real* dv = dvalues.data + n * T * C;
    const Values a = with_padded_rows(weights.data + n * T * T, T, T);
    const Values keys = transposed_with_padded_rows(x.data + n * T * C, T, C);
    Values de(T * P);  // first dweights
    SIMD_BEST(product_block)(dv, C, 1, keys.data(), P, C, de.data(), P, T, P);
    if (d.x.data) {  // by way of the values: dx[s] = sum_t weights[t,s] dvalues[t]
      std::fill_n(d.x.data + n * T * C, T * C, real(0));
      const Values given = with_padded_rows(dv, T, C);
      SIMD_BEST(product_block)(a.data(), 1, P, given.data(), PC, T, d.x.data + n * T * C, C, T, C);
    }

    Values q = with_padded_rows(&all.q[n * T * U], T, U), k = with_padded_rows(&all.k[n * T * U], T, U);
    const bool exponential = make_exponential(q, k);
    Values query_sum(T * PU), key_sum(T * PU), score_sum(PU);
    for (int64_t t = 0; t < T; ++t) {
      real* row = &de[t * P];
      const int64_t top = peak.data[n * T + t], begin = options.begin(t), end = options.end(t, T);
      row[top] -= SIMD_BEST(attention_weights_backward)(&a[t * P], row, P);
      const auto pairs = [&](int64_t from, int64_t to) {
        SIMD_BEST(attention_pairs_backward)
        (&q[t * PU], k.data(), row, from, to, PU, exponential, &query_sum[t * PU], key_sum.data(), score_sum.data());
      };
      pairs(begin, end);
      if (top < begin || top >= end) pairs(top, top + 1);
    }
    for (int64_t t = 0; t < T; ++t)
      for (int64_t u = 0; u < U; ++u) {
        dq[(n * T + t) * U + u] = p.score.data[u] * query_sum[t * PU + u];
        dk[(n * T + t) * U + u] = p.score.data[u] * key_sum[t * PU + u];
      }
    std::copy_n(score_sum.begin(), U, &dscore[n * U]);
  };
  parallel_for(N, sample);

  const Strided dq_transposed{dq.data(), 1, U}, dk_transposed{dk.data(), 1, U}, x_rows{x.data, C, 1};
  if (d.x.data) {
    const Strided so_far{d.x.data, C, 1};
    product({dq.data(), U, 1}, {p.query.data, C, 1}, U, so_far, {d.x.data, {rows, C}});
    product({dk.data(), U, 1}, {p.key.data, C, 1}, U, so_far, {d.x.data, {rows, C}});
  }
  if (d.query.data) product(dq_transposed, x_rows, rows, zeros, d.query);
  if (d.key.data) product(dk_transposed, x_rows, rows, zeros, d.key);
  if (d.bias.data) product(ones, {dq.data(), U, 1}, rows, zeros, {d.bias.data, {1, U}});
  if (d.score.data) product(ones, {dscore.data(), U, 1}, N, zeros, {d.score.data, {1, U}});
}

}  // namespace SEISGRAD::cpu
