#include "kernels/additive_attention.simd.h"

#include "kernels/simd_math.h"

namespace SEISGRAD::SIMD {

constexpr int lanes = 16, parts = lanes / width;  // 16 lanes on every level: one order of summation

// The sum of f(i) over whole rows of n values, f giving the vector at i.
template <class F>
static real lane_sum(int64_t n, F f) {
  Vec sum[parts] = {};
  for (int64_t i = 0; i < n; i += lanes)
    for (int p = 0; p < parts; ++p) sum[p] += f(i + p * width);
  real all[lanes];
  for (int p = 0; p < parts; ++p) store(all + p * width, sum[p]);
  for (int step = lanes / 2; step > 0; step /= 2)
    for (int i = 0; i < step; ++i) all[i] += all[i + step];
  return all[0];
}

real largest_magnitude(const real* x, int64_t n) {
  Vec most = {};
  for (int64_t i = 0; i < n; i += width) {
    const Vec v = load(x + i), size = v < splat(0) ? -v : v;
    most = size > most ? size : most;
  }
  real largest = 0;
  for (int i = 0; i < width; ++i) largest = most[i] > largest ? most[i] : largest;
  return largest;
}

void exponential_of_twice(real* x, int64_t n) {
  for (int64_t i = 0; i < n; i += width) store(x + i, exp(2 * load(x + i)));
}

// Four queries by one vector of keys: divisions enough in flight, and a key's vector is loaded once for four.
template <int Queries, bool Exponential>
static void scores(const real* q, const real* k, const real* score, real start, int64_t U, int64_t P, real* e) {
  real constant = start;  // of 1 - 2 r the 1 goes here
  if (Exponential)
    for (int64_t u = 0; u < U; ++u) constant += score[u];
  for (int64_t s = 0; s < P; s += width) {
    Vec sum[Queries];
    for (int i = 0; i < Queries; ++i) sum[i] = splat(constant);
    for (int64_t u = 0; u < U; ++u) {
      const Vec key = load(k + u * P + s), weight = splat(Exponential ? -2 * score[u] : score[u]);
#pragma GCC unroll 4
      for (int i = 0; i < Queries; ++i) {
        const Vec query = splat(q[i * U + u]);
        const Vec h = Exponential ? 1 / fma(query, key, splat(1)) : tanh(query + key);
        sum[i] = fma(weight, h, sum[i]);
      }
    }
    for (int i = 0; i < Queries; ++i) store(e + i * P + s, sum[i]);
  }
}

template <bool Exponential>
static void all_scores(const real* q, const real* k, const real* score, real start, int64_t T, int64_t U, int64_t P,
                       real* e) {
  int64_t t = 0;
  for (; t + 4 <= T; t += 4) scores<4, Exponential>(q + t * U, k, score, start, U, P, e + t * P);
  for (; t < T; ++t) scores<1, Exponential>(q + t * U, k, score, start, U, P, e + t * P);
}

void attention_scores(const real* q, const real* k, const real* score, real start, int64_t T, int64_t U, int64_t P,
                      bool exponential, real* e) {
  if (exponential) all_scores<true>(q, k, score, start, T, U, P, e);
  else all_scores<false>(q, k, score, start, T, U, P, e);
}

void attention_weights(real* e, int64_t P, int64_t peak, int64_t begin, int64_t end, real epsilon) {
  const real largest = e[peak];
  for (int64_t s = 0; s < P; s += width) store(e + s, exp(load(e + s) - largest));
  for (int64_t s = 0; s < begin; ++s) e[s] = 0;
  for (int64_t s = end; s < P; ++s) e[s] = 0;
  const Vec divisor = splat(lane_sum(P, [&](int64_t s) { return load(e + s); }) + epsilon);
  for (int64_t s = 0; s < P; s += width) store(e + s, load(e + s) / divisor);
}

real attention_weights_backward(const real* weights, real* dweights, int64_t P) {
  const real D = lane_sum(P, [&](int64_t s) { return load(weights + s) * load(dweights + s); });
  const real total = lane_sum(P, [&](int64_t s) { return load(weights + s); });
  for (int64_t s = 0; s < P; s += width) store(dweights + s, load(weights + s) * (load(dweights + s) - D));
  return D * (1 - total);
}

template <bool Exponential>
static void pairs(const real* q, const real* k, const real* de, int64_t begin, int64_t end, int64_t P, real* dq,
                  real* dk, real* dscore) {
  for (int64_t u = 0; u < P; u += width) {
    const Vec query = load(q + u);
    Vec of_query = load(dq + u), of_score = load(dscore + u);
    for (int64_t s = begin; s < end; ++s) {
      const Vec key = load(k + s * P + u), g = splat(de[s]);
      Vec h, slope;  // tanh and its derivative 1 - h^2 = 4 r (1 - r) with r = 1 / (1 + e^2(q+k)), 1 - r = e^2(q+k) r
      if constexpr (Exponential) {
        const Vec product = query * key, r = 1 / (1 + product);
        h = 1 - 2 * r;
        slope = 4 * r * (product * r);
      } else {
        h = tanh(query + key);
        slope = 1 - h * h;
      }
      of_score = fma(g, h, of_score);
      of_query = fma(g, slope, of_query);
      store(dk + s * P + u, fma(g, slope, load(dk + s * P + u)));
    }
    store(dq + u, of_query);
    store(dscore + u, of_score);
  }
}

void attention_pairs_backward(const real* q, const real* k, const real* de, int64_t begin, int64_t end, int64_t P,
                              bool exponential, real* dq, real* dk, real* dscore) {
  if (exponential) pairs<true>(q, k, de, begin, end, P, dq, dk, dscore);
  else pairs<false>(q, k, de, begin, end, P, dq, dk, dscore);
}

}  // namespace SEISGRAD::SIMD
