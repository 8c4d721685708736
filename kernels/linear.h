// linear: y[r,o] = b[o] + sum_i w[o,i] x[r,i]
//
//   x (R,I)   w (O,I)   b (O)   y (R,O)       R rows: every leading axis of the tensor, e.g. batch and time
//
// b is optional: its data may be null. Gradients:
//   dx[r,i] = sum_o dy[r,o] w[o,i]     dw[o,i] = sum_r dy[r,o] x[r,i]     db[o] = sum_r dy[r,o]
// each a kernel of its own, so that what nobody asks for costs nothing. A row of y or dx does not depend on the others.
// gpu:: honours the precision, all but db's sum; reference:: and cpu:: are always strict.
#pragma once
#include "kernels/precision.h"
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above. Each overwrites its last argument, which may not overlap the others.
template <class T>
using LinearOf = void(View<const T, 2> x, View<const T, 2> w, View<const T, 1> b, Precision, View<T, 2> y);
template <class T>
using LinearBackwardDataOf = void(View<const T, 2> dy, View<const T, 2> w, Precision, View<T, 2> dx);
template <class T>
using LinearBackwardWeightOf = void(View<const T, 2> dy, View<const T, 2> x, Precision, View<T, 2> dw);
template <class T>
using LinearBackwardBiasOf = void(View<const T, 2> dy, View<T, 1> db);

using LinearForward = LinearOf<real>;
using LinearBackwardData = LinearBackwardDataOf<real>;
using LinearBackwardWeight = LinearBackwardWeightOf<real>;
using LinearBackwardBias = LinearBackwardBiasOf<real>;

namespace reference {
template <class T>
void linear(View<const T, 2> x, View<const T, 2> w, View<const T, 1> b, Precision, View<T, 2> y);
template <class T>
void linear_backward_data(View<const T, 2> dy, View<const T, 2> w, Precision, View<T, 2> dx);
template <class T>
void linear_backward_weight(View<const T, 2> dy, View<const T, 2> x, Precision, View<T, 2> dw);
template <class T>
void linear_backward_bias(View<const T, 2> dy, View<T, 1> db);
}  // namespace reference

namespace cpu {
LinearForward linear;
LinearBackwardData linear_backward_data;
LinearBackwardWeight linear_backward_weight;
LinearBackwardBias linear_backward_bias;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern LinearForward linear;
[[gnu::weak]] extern LinearBackwardData linear_backward_data;
[[gnu::weak]] extern LinearBackwardWeight linear_backward_weight;
[[gnu::weak]] extern LinearBackwardBias linear_backward_bias;
}  // namespace gpu

}  // namespace SEISGRAD
