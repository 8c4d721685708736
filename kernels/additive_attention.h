// additive_attention: self-attention with an additive score (Bahdanau et al. 2015), as Keras code of EQTransformer
// (Mousavi et al. 2020) computes it
//
//   q[n,t,u] = sum_c query[u,c] x[n,t,c] + bias[u]        k[n,s,u] = sum_c key[u,c] x[n,s,c]
//   e[n,t,s] = sum_u score[u] tanh(q[n,t,u] + k[n,s,u]) + score_bias
//   E[n,t,s] = exp(e[n,t,s] - max over all s of e[n,t,s])      for the keys s that query t sees, else 0
//   weights[n,t,s] = E[n,t,s] / (sum_s E[n,t,s] + epsilon)     values[n,t,c] = sum_s weights[n,t,s] x[n,s,c]
//
//   x, values (N,T,C)   weights (N,T,T)   q, k (N,T,U)   query, key (U,C)   bias, score (U)   score_bias (1)
//
// Width 0: a query sees all keys; width w: the keys s in [t - w/2, t - w/2 + w), division rounding down, that exist.
// The maximum is over all keys all the same, so the E of a window may be small and epsilon matter: weights sum to less
// than 1. Therefore the gradient flows through the maximum too, to peak[n,t], the first key that has it (a NaN has it):
//   D = sum_s weights[t,s] dweights[t,s]        dweights[t,s] = sum_c dvalues[t,c] x[s,c]
//   de[t,s] = weights[t,s] (dweights[t,s] - D), and at s = peak less D (1 - sum_s weights[t,s])
// The rest is the chain rule through tanh and the two products. score_bias shifts every e alike, so its gradient is 0.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

struct AttentionOptions {
  int64_t width = 0;
  double epsilon = 1e-7;

  // The keys that query t sees: begin(t) <= s < end(t, T).
  HOST_DEVICE int64_t begin(int64_t t) const { return width == 0 || t < width / 2 ? 0 : t - width / 2; }
  HOST_DEVICE int64_t end(int64_t t, int64_t T) const {
    const int64_t end = t - width / 2 + width;
    return width == 0 || end > T ? T : end;
  }
};

template <class T>
struct AttentionParametersOf {
  View<const T, 2> query, key;
  View<const T, 1> bias, score, score_bias;
};
// All of it is overwritten; what follows the values is for the backward pass, and the weights to look at.
template <class T>
struct AttentionResultOf {
  View<T, 3> values, weights, q, k;
  View<int32_t, 2> peak;  // (N,T)
};
template <class T>
struct AttentionSavedOf {
  View<const T, 3> weights, q, k;
  View<const int32_t, 2> peak;
};
// Gradients whose data is null are not computed, the others overwritten.
template <class T>
struct AttentionGradientsOf {
  View<T, 3> x;
  View<T, 2> query, key;
  View<T, 1> bias, score;
};
// Memory for the backward pass to work in: gradients of e (N,T,T), q, k (N,T,U), and the terms of dscore, h (N,T,U).
template <class T>
struct AttentionRoomOf {
  View<T, 3> e, q, k, h;
};

// REQUIRES: shapes as above; width >= 0, epsilon > 0.
template <class T>
using AdditiveAttentionOf = void(View<const T, 3> x, AttentionParametersOf<T> p, AttentionOptions options,
                                 AttentionResultOf<T> result);
template <class T>
using AdditiveAttentionBackwardOf = void(View<const T, 3> dvalues, View<const T, 3> x, AttentionParametersOf<T> p,
                                         AttentionOptions options, AttentionSavedOf<T> saved, AttentionRoomOf<T> room,
                                         AttentionGradientsOf<T> d);

using AttentionParameters = AttentionParametersOf<real>;
using AttentionResult = AttentionResultOf<real>;
using AttentionSaved = AttentionSavedOf<real>;
using AttentionGradients = AttentionGradientsOf<real>;
using AttentionRoom = AttentionRoomOf<real>;
using AdditiveAttentionForward = AdditiveAttentionOf<real>;
using AdditiveAttentionBackward = AdditiveAttentionBackwardOf<real>;

namespace reference {
template <class T>
void additive_attention(View<const T, 3> x, AttentionParametersOf<T> p, AttentionOptions options,
                        AttentionResultOf<T> result);
template <class T>
void additive_attention_backward(View<const T, 3> dvalues, View<const T, 3> x, AttentionParametersOf<T> p,
                                 AttentionOptions options, AttentionSavedOf<T> saved, AttentionRoomOf<T> room,
                                 AttentionGradientsOf<T> d);
}  // namespace reference

namespace cpu {
AdditiveAttentionForward additive_attention;
AdditiveAttentionBackward additive_attention_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern AdditiveAttentionForward additive_attention;
[[gnu::weak]] extern AdditiveAttentionBackward additive_attention_backward;
}  // namespace gpu

}  // namespace SEISGRAD
