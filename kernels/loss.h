// Losses: the mean over all M elements, or over N rows, as a scalar (a view of one value).
//
//   bce              -1/M sum of t ln q + (1 - t) ln(1 - q)    q = p clipped to [1e-7, 1 - 1e-7], as Keras does
//   bce_with_logits   1/M sum of max(z, 0) - z t + ln(1 + e^-|z|)      (bce of p = sigmoid z, unclipped, without
//                                                                       overflow)
//   cross_entropy     1/N sum over n of ln(sum over k of e^z[n,k]) - z[n, label[n]]
//
// Elements are evaluated and summed in double, in every build: 1 - 1e-7 is no float, and a sum of a million floats has
// lost three digits. Gradients, with d the gradient of the loss; the targets t get none:
//
//   bce              dp = d/M (p - t) / (p (1 - p)), 0 where p is clipped
//   bce_with_logits  dz = d/M (sigmoid z - t)
//   cross_entropy    dz[n,k] = d/N (softmax(z)[n,k] - 1 if k is label[n])
//
// gpu::cross_entropy gives NaN for a label outside 0..K-1, as does its gradient in that row.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

constexpr double bce_clip = 1e-7;

// REQUIRES: v (probabilities p or logits z), target and dv of one extent M >= 1; loss and dloss of extent 1. Overwrites
// loss; dv.
template <class T>
using BinaryLossOf = void(View<const T, 1> v, View<const T, 1> target, View<T, 1> loss);
template <class T>
using BinaryLossBackwardOf = void(View<const T, 1> dloss, View<const T, 1> v, View<const T, 1> target, View<T, 1> dv);
// REQUIRES: logits, dlogits (N,K), label (N) with 0 <= label < K; N, K >= 1. Overwrites loss; dlogits.
template <class T>
using CrossEntropyOf = void(View<const T, 2> logits, View<const int32_t, 1> label, View<T, 1> loss);
template <class T>
using CrossEntropyBackwardOf = void(View<const T, 1> dloss, View<const T, 2> logits, View<const int32_t, 1> label,
                                    View<T, 2> dlogits);

using BinaryLoss = BinaryLossOf<real>;
using BinaryLossBackward = BinaryLossBackwardOf<real>;
using CrossEntropy = CrossEntropyOf<real>;
using CrossEntropyBackward = CrossEntropyBackwardOf<real>;

namespace reference {
template <class T>
void bce(View<const T, 1> v, View<const T, 1> target, View<T, 1> loss);
template <class T>
void bce_with_logits(View<const T, 1> v, View<const T, 1> target, View<T, 1> loss);
template <class T>
void cross_entropy(View<const T, 2> logits, View<const int32_t, 1> label, View<T, 1> loss);
template <class T>
void bce_backward(View<const T, 1> dloss, View<const T, 1> v, View<const T, 1> target, View<T, 1> dv);
template <class T>
void bce_with_logits_backward(View<const T, 1> dloss, View<const T, 1> v, View<const T, 1> target, View<T, 1> dv);
template <class T>
void cross_entropy_backward(View<const T, 1> dloss, View<const T, 2> logits, View<const int32_t, 1> label,
                            View<T, 2> dlogits);
}  // namespace reference

namespace cpu {  // cross_entropy has a few rows of a few classes: the reference serves
BinaryLoss bce, bce_with_logits;
BinaryLossBackward bce_backward, bce_with_logits_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern BinaryLoss bce, bce_with_logits;
[[gnu::weak]] extern BinaryLossBackward bce_backward, bce_with_logits_backward;
[[gnu::weak]] extern CrossEntropy cross_entropy;
[[gnu::weak]] extern CrossEntropyBackward cross_entropy_backward;
}  // namespace gpu

}  // namespace SEISGRAD
