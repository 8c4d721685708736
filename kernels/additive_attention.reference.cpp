#include "kernels/additive_attention.h"

#include <cmath>
#include <vector>

namespace SEISGRAD::reference {
namespace {

// x of sample n times w transposed: (T,U), row by row.
template <class T>
std::vector<T> projected(View<const T, 3> x, int64_t n, View<const T, 2> w) {
  const int64_t U = w.extent[0], C = w.extent[1];
  std::vector<T> p(x.extent[1] * U, T(0));
  for (int64_t t = 0; t < x.extent[1]; ++t)
    for (int64_t u = 0; u < U; ++u)
      for (int64_t c = 0; c < C; ++c) p[t * U + u] += w(u, c) * x(n, t, c);
  return p;
}

}  // namespace

template <class T>
void additive_attention(View<const T, 3> x, AttentionParametersOf<T> p, AttentionOptions options, View<T, 3> values,
                        View<T, 3> weights, View<int32_t, 2> peak) {
  const auto [N, steps, C] = x.extent;
  const int64_t U = p.query.extent[0];
  std::vector<T> e(steps);
  for (int64_t n = 0; n < N; ++n) {
    const std::vector<T> q = projected(x, n, p.query), k = projected(x, n, p.key);
    for (int64_t t = 0; t < steps; ++t) {
      int64_t best = 0;
      for (int64_t s = 0; s < steps; ++s) {
        e[s] = p.score_bias(0);
        for (int64_t u = 0; u < U; ++u) e[s] += p.score(u) * std::tanh(q[t * U + u] + k[s * U + u] + p.bias(u));
        if (!(e[s] <= e[best]) && e[best] == e[best]) best = s;  // larger, or the first NaN
      }
      peak(n, t) = static_cast<int32_t>(best);

      const int64_t begin = options.begin(t), end = options.end(t, steps);
      T sum = 0;
      for (int64_t s = 0; s < steps; ++s) {
        weights(n, t, s) = begin <= s && s < end ? std::exp(e[s] - e[best]) : T(0);
        sum += weights(n, t, s);
      }
      for (int64_t s = 0; s < steps; ++s) weights(n, t, s) /= sum + static_cast<T>(options.epsilon);
      for (int64_t c = 0; c < C; ++c) {
        T value = 0;
        for (int64_t s = begin; s < end; ++s) value += weights(n, t, s) * x(n, s, c);
        values(n, t, c) = value;
      }
    }
  }
}

template <class T>
void additive_attention_backward(View<const T, 3> dvalues, View<const T, 3> x, AttentionParametersOf<T> p,
                                 AttentionOptions options, View<const T, 3> weights, View<const int32_t, 2> peak,
                                 AttentionGradientsOf<T> d) {
  const auto [N, steps, C] = x.extent;
  const int64_t U = p.query.extent[0];
  const auto clear = [](auto view) {
    if (view.data)
      for (int64_t i = 0; i < view.size(); ++i) view.data[i] = 0;
  };
  clear(d.x), clear(d.query), clear(d.key), clear(d.bias), clear(d.score);

  std::vector<T> dq(steps * U), dk(steps * U), dweights(steps), de(steps);
  for (int64_t n = 0; n < N; ++n) {
    const std::vector<T> q = projected(x, n, p.query), k = projected(x, n, p.key);
    dq.assign(dq.size(), T(0)), dk.assign(dk.size(), T(0));
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t begin = options.begin(t), end = options.end(t, steps);
      T D = 0, total = 0;
      for (int64_t s = begin; s < end; ++s) {
        dweights[s] = 0;
        for (int64_t c = 0; c < C; ++c) dweights[s] += dvalues(n, t, c) * x(n, s, c);
        D += weights(n, t, s) * dweights[s];
        total += weights(n, t, s);
      }
      de.assign(de.size(), T(0));
      for (int64_t s = begin; s < end; ++s) de[s] = weights(n, t, s) * (dweights[s] - D);
      de[peak(n, t)] -= D * (1 - total);

      for (int64_t s = 0; s < steps; ++s) {
        if (s != peak(n, t) && (s < begin || s >= end)) continue;
        for (int64_t u = 0; u < U; ++u) {
          const T h = std::tanh(q[t * U + u] + k[s * U + u] + p.bias(u));
          const T g = de[s] * p.score(u) * (1 - h * h);
          dq[t * U + u] += g;
          dk[s * U + u] += g;
          if (d.score.data) d.score(u) += de[s] * h;
        }
        if (d.x.data)
          for (int64_t c = 0; c < C; ++c) d.x(n, s, c) += weights(n, t, s) * dvalues(n, t, c);
      }
    }
    for (int64_t t = 0; t < steps; ++t)
      for (int64_t u = 0; u < U; ++u) {
        const T gq = dq[t * U + u], gk = dk[t * U + u];
        if (d.bias.data) d.bias(u) += gq;
        for (int64_t c = 0; c < C; ++c) {
          if (d.x.data) d.x(n, t, c) += gq * p.query(u, c) + gk * p.key(u, c);
          if (d.query.data) d.query(u, c) += gq * x(n, t, c);
          if (d.key.data) d.key(u, c) += gk * x(n, t, c);
        }
      }
  }
}

template AdditiveAttentionOf<float> additive_attention<float>;
template AdditiveAttentionOf<double> additive_attention<double>;
template AdditiveAttentionBackwardOf<float> additive_attention_backward<float>;
template AdditiveAttentionBackwardOf<double> additive_attention_backward<double>;

}  // namespace SEISGRAD::reference
