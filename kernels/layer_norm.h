// layer_norm: y[n,t,c] = (x[n,t,c] - mean[n,t]) / sqrt(var[n,t] + epsilon) gamma[c] + beta[c]
//
//   x, y (N,T,C)   gamma, beta (C)   mean and biased variance of the C values of a step
//
// Ba, Kiros and Hinton (2016), arXiv:1607.06450. Rows are normalised in double: epsilon may be as small as Keras
// EQTransformer's 1e-14, which turns a rounded mean into anything. A constant row gives beta exactly.
//
// With r = 1 / sqrt(var + epsilon), u = (x - mean) r, g = dy gamma, and means over c:
//   dbeta[c] = sum dy    dgamma[c] = sum dy u    dx = r (g - mean(g) - u mean(g u))
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES, for all: shapes as above; C >= 1; epsilon > 0. Results are overwritten and may not overlap inputs.
template <class T>
using LayerNormOf = void(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, T epsilon, View<T, 3> y);
template <class T>
using LayerNormBackwardOf = void(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma, T epsilon,
                                 View<T, 3> dx);
template <class T>
using LayerNormBackwardParametersOf = void(View<const T, 3> dy, View<const T, 3> x, T epsilon, View<T, 1> dgamma,
                                           View<T, 1> dbeta);

using LayerNormForward = LayerNormOf<real>;
using LayerNormBackward = LayerNormBackwardOf<real>;
using LayerNormBackwardParameters = LayerNormBackwardParametersOf<real>;

namespace reference {
template <class T>
void layer_norm(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, T epsilon, View<T, 3> y);
template <class T>
void layer_norm_backward(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma, T epsilon, View<T, 3> dx);
template <class T>
void layer_norm_backward_parameters(View<const T, 3> dy, View<const T, 3> x, T epsilon, View<T, 1> dgamma,
                                    View<T, 1> dbeta);
}  // namespace reference

namespace cpu {
LayerNormForward layer_norm;
LayerNormBackward layer_norm_backward;
LayerNormBackwardParameters layer_norm_backward_parameters;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern LayerNormForward layer_norm;
[[gnu::weak]] extern LayerNormBackward layer_norm_backward;
[[gnu::weak]] extern LayerNormBackwardParameters layer_norm_backward_parameters;
}  // namespace gpu

}  // namespace SEISGRAD
