// batch_norm: y[n,c,l] = (x[n,c,l] - mean[c]) / sqrt(var[c] + epsilon) gamma[c] + beta[c]
//
//   x, y (N,C,L)   gamma, beta, mean, var (C)
//
// In evaluation mean and var are given and constant. In training they are those of the batch, over n and l:
//   mean = 1/M sum x    var = 1/M sum (x - mean)^2    M = N L     (biased, as Keras uses and stores it)
// Ioffe and Szegedy (2015), arXiv:1502.03167, algorithms 1 and 2. Statistics are summed in double, in two passes: a
// mean of 1e3 over a deviation of 1 costs nothing but the rounding of the stored mean.
//
// With u = (x - mean) / sqrt(var + epsilon), the gradients are
//   dbeta = sum dy    dgamma = sum dy u    dx = dy gamma / sqrt(var + epsilon)                                (eval)
//   dx = (dy - dbeta/M - u dgamma/M) gamma / sqrt(var + epsilon)                                             (train)
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES, for all: shapes as above; M >= 1; epsilon > 0. Results are overwritten and may not overlap inputs.
template <class T>
using BatchStatisticsOf = void(View<const T, 3> x, View<T, 1> mean, View<T, 1> var);
template <class T>
using BatchNormOf = void(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, View<const T, 1> mean,
                         View<const T, 1> var, T epsilon, View<T, 3> y);
template <class T>
using BatchNormBackwardParametersOf = void(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> mean,
                                           View<const T, 1> var, T epsilon, View<T, 1> dgamma, View<T, 1> dbeta);
template <class T>
using BatchNormEvalBackwardOf = void(View<const T, 3> dy, View<const T, 1> gamma, View<const T, 1> var, T epsilon,
                                     View<T, 3> dx);
template <class T>
using BatchNormTrainBackwardOf = void(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma,
                                      View<const T, 1> mean, View<const T, 1> var, T epsilon, View<const T, 1> dgamma,
                                      View<const T, 1> dbeta, View<T, 3> dx);

using BatchStatistics = BatchStatisticsOf<real>;
using BatchNormForward = BatchNormOf<real>;
using BatchNormBackwardParameters = BatchNormBackwardParametersOf<real>;
using BatchNormEvalBackward = BatchNormEvalBackwardOf<real>;
using BatchNormTrainBackward = BatchNormTrainBackwardOf<real>;

namespace reference {
template <class T>
void batch_statistics(View<const T, 3> x, View<T, 1> mean, View<T, 1> var);
template <class T>
void batch_norm(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, View<const T, 1> mean,
                View<const T, 1> var, T epsilon, View<T, 3> y);
template <class T>
void batch_norm_backward_parameters(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> mean,
                                    View<const T, 1> var, T epsilon, View<T, 1> dgamma, View<T, 1> dbeta);
template <class T>
void batch_norm_eval_backward(View<const T, 3> dy, View<const T, 1> gamma, View<const T, 1> var, T epsilon,
                              View<T, 3> dx);
template <class T>
void batch_norm_train_backward(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> mean,
                               View<const T, 1> var, T epsilon, View<const T, 1> dgamma, View<const T, 1> dbeta,
                               View<T, 3> dx);
}  // namespace reference

namespace cpu {
BatchStatistics batch_statistics;
BatchNormForward batch_norm;
BatchNormBackwardParameters batch_norm_backward_parameters;
BatchNormEvalBackward batch_norm_eval_backward;
BatchNormTrainBackward batch_norm_train_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern BatchStatistics batch_statistics;
[[gnu::weak]] extern BatchNormForward batch_norm;
[[gnu::weak]] extern BatchNormBackwardParameters batch_norm_backward_parameters;
[[gnu::weak]] extern BatchNormEvalBackward batch_norm_eval_backward;
[[gnu::weak]] extern BatchNormTrainBackward batch_norm_train_backward;
}  // namespace gpu

}  // namespace SEISGRAD
