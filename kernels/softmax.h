// softmax and log_softmax over the K values of a row:
//
//   softmax      y[r,k] = e^(x[r,k] - m) / sum over j of e^(x[r,j] - m)         m = max over j of x[r,j]
//   log_softmax  y[r,k] = x[r,k] - m - ln sum over j of e^(x[r,j] - m)
//
// Subtracting m changes nothing but keeps e^ from overflowing. -infinity has probability 0; a row that holds a NaN,
// +infinity or nothing but -infinity becomes NaN. Both gradients need the result alone:
//
//   softmax      dx[r,k] = y[r,k] (dy[r,k] - sum over j of dy[r,j] y[r,j])
//   log_softmax  dx[r,k] = dy[r,k] - e^y[r,k] sum over j of dy[r,j]
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: equal extents (R,K), K >= 1. Overwrites y; dx. No overlap.
template <class T>
using SoftmaxOf = void(View<const T, 2> x, View<T, 2> y);
template <class T>
using SoftmaxBackwardOf = void(View<const T, 2> dy, View<const T, 2> y, View<T, 2> dx);

using Softmax = SoftmaxOf<real>;
using SoftmaxBackward = SoftmaxBackwardOf<real>;

namespace reference {  // serves on the CPU too: rows are few (attention has its own)
template <class T>
void softmax(View<const T, 2> x, View<T, 2> y);
template <class T>
void log_softmax(View<const T, 2> x, View<T, 2> y);
template <class T>
void softmax_backward(View<const T, 2> dy, View<const T, 2> y, View<T, 2> dx);
template <class T>
void log_softmax_backward(View<const T, 2> dy, View<const T, 2> y, View<T, 2> dx);
}  // namespace reference

namespace gpu {
[[gnu::weak]] extern Softmax softmax, log_softmax;
[[gnu::weak]] extern SoftmaxBackward softmax_backward, log_softmax_backward;
}  // namespace gpu

}  // namespace SEISGRAD
