#include "kernels/additive_attention.h"

#include <cmath>
#include <vector>

namespace SEISGRAD::reference {
namespace {

template <class T>
void clear(T view) {
  if (view.data)
    for (int64_t i = 0; i < view.size(); ++i) view.data[i] = 0;
}

template <class T>
void project(View<const T, 3> x, AttentionParametersOf<T> p, View<T, 3> q, View<T, 3> k) {
  const auto [N, steps, U] = q.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < steps; ++t)
      for (int64_t u = 0; u < U; ++u) {
        q(n, t, u) = p.bias(u), k(n, t, u) = 0;
        for (int64_t c = 0; c < x.extent[2]; ++c) {
          q(n, t, u) += p.query(u, c) * x(n, t, c);
          k(n, t, u) += p.key(u, c) * x(n, t, c);
        }
      }
}

}  // namespace

template <class T>
void additive_attention(View<const T, 3> x, AttentionParametersOf<T> p, AttentionOptions options,
                        AttentionResultOf<T> r) {
  const auto [N, steps, C] = x.extent;
  project(x, p, r.q, r.k);
  std::vector<T> e(steps);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < steps; ++t) {
      int64_t best = 0;
      for (int64_t s = 0; s < steps; ++s) {
        e[s] = p.score_bias(0);
        for (int64_t u = 0; u < p.score.extent[0]; ++u) e[s] += p.score(u) * std::tanh(r.q(n, t, u) + r.k(n, s, u));
        if (!(e[s] <= e[best]) && e[best] == e[best]) best = s;  // larger, or the first NaN
      }
      r.peak(n, t) = static_cast<int32_t>(best);

      const int64_t begin = options.begin(t), end = options.end(t, steps);
      T sum = 0;
      for (int64_t s = 0; s < steps; ++s) {
        r.weights(n, t, s) = begin <= s && s < end ? std::exp(e[s] - e[best]) : T(0);
        sum += r.weights(n, t, s);
      }
      for (int64_t s = 0; s < steps; ++s) r.weights(n, t, s) /= sum + static_cast<T>(options.epsilon);
      for (int64_t c = 0; c < C; ++c) {
        r.values(n, t, c) = 0;
        for (int64_t s = begin; s < end; ++s) r.values(n, t, c) += r.weights(n, t, s) * x(n, s, c);
      }
    }
}

namespace {

// de, the gradient of the scores of query t.
template <class T>
void scores_backward(View<const T, 3> dvalues, View<const T, 3> x, AttentionSavedOf<T> saved, View<T, 3> de, int64_t n,
                     int64_t t) {
  const auto [N, steps, C] = x.extent;
  T D = 0, total = 0;
  for (int64_t s = 0; s < steps; ++s) {
    de(n, t, s) = 0;  // first the gradient of the weights
    for (int64_t c = 0; c < C; ++c) de(n, t, s) += dvalues(n, t, c) * x(n, s, c);
    D += saved.weights(n, t, s) * de(n, t, s);
    total += saved.weights(n, t, s);
  }
  for (int64_t s = 0; s < steps; ++s) de(n, t, s) = saved.weights(n, t, s) * (de(n, t, s) - D);
  de(n, t, saved.peak(n, t)) -= D * (1 - total);
}

}  // namespace

template <class T>
void additive_attention_backward(View<const T, 3> dvalues, View<const T, 3> x, AttentionParametersOf<T> p,
                                 AttentionOptions, AttentionSavedOf<T> saved, AttentionRoomOf<T> room,
                                 AttentionGradientsOf<T> d) {
  const auto [N, steps, C] = x.extent;
  const int64_t U = p.score.extent[0];
  clear(room.q), clear(room.k), clear(d.x), clear(d.query), clear(d.key), clear(d.bias), clear(d.score);

  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < steps; ++t) {
      scores_backward(dvalues, x, saved, room.e, n, t);
      for (int64_t s = 0; s < steps; ++s) {
        for (int64_t u = 0; u < U; ++u) {
          const T h = std::tanh(saved.q(n, t, u) + saved.k(n, s, u));
          const T g = room.e(n, t, s) * p.score(u) * (1 - h * h);
          room.q(n, t, u) += g;
          room.k(n, s, u) += g;
          if (d.score.data) d.score(u) += room.e(n, t, s) * h;
        }
        if (d.x.data)
          for (int64_t c = 0; c < C; ++c) d.x(n, s, c) += saved.weights(n, t, s) * dvalues(n, t, c);
      }
    }

  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < steps; ++t)
      for (int64_t u = 0; u < U; ++u) {
        const T dq = room.q(n, t, u), dk = room.k(n, t, u);
        if (d.bias.data) d.bias(u) += dq;
        for (int64_t c = 0; c < C; ++c) {
          if (d.x.data) d.x(n, t, c) += dq * p.query(u, c) + dk * p.key(u, c);
          if (d.query.data) d.query(u, c) += dq * x(n, t, c);
          if (d.key.data) d.key(u, c) += dk * x(n, t, c);
        }
      }
}

template AdditiveAttentionOf<float> additive_attention<float>;
template AdditiveAttentionOf<double> additive_attention<double>;
template AdditiveAttentionBackwardOf<float> additive_attention_backward<float>;
template AdditiveAttentionBackwardOf<double> additive_attention_backward<double>;

}  // namespace SEISGRAD::reference
