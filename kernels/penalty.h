// Penalties on weights, as a scalar (a view of one value), summed in double; the caller scales:
//
//   l1_penalty  s = sum |w|    dw = ds sign w, 0 at 0
//   l2_penalty  s = sum w^2    dw = 2 ds w            (without the 1/2 that some papers have)
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: sum and dsum of extent 1; w and dw of one extent. Overwrites sum; dw.
template <class T>
using PenaltyOf = void(View<const T, 1> w, View<T, 1> sum);
template <class T>
using PenaltyBackwardOf = void(View<const T, 1> dsum, View<const T, 1> w, View<T, 1> dw);

using Penalty = PenaltyOf<real>;
using PenaltyBackward = PenaltyBackwardOf<real>;

namespace reference {  // serves on the CPU too: weights are few beside the activations of a batch
template <class T>
void l1_penalty(View<const T, 1> w, View<T, 1> sum);
template <class T>
void l2_penalty(View<const T, 1> w, View<T, 1> sum);
template <class T>
void l1_penalty_backward(View<const T, 1> dsum, View<const T, 1> w, View<T, 1> dw);
template <class T>
void l2_penalty_backward(View<const T, 1> dsum, View<const T, 1> w, View<T, 1> dw);
}  // namespace reference

namespace gpu {
[[gnu::weak]] extern Penalty l1_penalty, l2_penalty;
[[gnu::weak]] extern PenaltyBackward l1_penalty_backward, l2_penalty_backward;
}  // namespace gpu

}  // namespace SEISGRAD
