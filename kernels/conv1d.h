// conv1d: y[n,o,m] = bias[o] + sum over c, k of w[o,c,k] x[n, c, m stride + k dilation - left]
//
//   x (N,C,L)   w (O,C,K)   bias (O), or data == nullptr for none   y (N,O,M)
//   M = (L + left + right - dilation (K-1) - 1) / stride + 1
//
// The cross-correlation that every deep-learning library calls convolution: w is not reversed. x reads as 0 outside
// 0..L-1. The sum is taken in the order written, the bias first, then c, then k; the fast CPU kernels fuse each
// product.
#pragma once
#include "kernels/precision.h"
#include "kernels/view.h"

namespace SEISGRAD {

struct Convolution1d {
  int64_t stride = 1, dilation = 1;
  int64_t left = 0, right = 0;              // zeros before and after, in samples
  Precision precision = Precision::strict;  // of gpu::conv1d and its gradients; the bias's is always strict

  // What one output position spans of the input, in samples.
  HOST_DEVICE int64_t span(int64_t kernel) const { return dilation * (kernel - 1) + 1; }
  HOST_DEVICE int64_t output_length(int64_t length, int64_t kernel) const {
    return (length + left + right - span(kernel)) / stride + 1;
  }
};

// REQUIRES, here and below: shapes as above; stride, dilation, O, C, K >= 1; left, right >= 0; span(K) <= L + left +
// right. Outputs are overwritten and may not overlap inputs.
template <class T>
using Conv1dOf = void(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, Convolution1d conv, View<T, 3> y);
// dx[n,c,l] = sum over o, k of w[o,c,k] dy[n,o,m] for the m, if any, with m stride + k dilation - left = l
template <class T>
using Conv1dBackwardDataOf = void(View<const T, 3> dy, View<const T, 3> w, Convolution1d conv, View<T, 3> dx);
// dw[o,c,k] = sum over n, m of dy[n,o,m] x[n, c, m stride + k dilation - left]
template <class T>
using Conv1dBackwardWeightOf = void(View<const T, 3> dy, View<const T, 3> x, Convolution1d conv, View<T, 3> dw);
// db[o] = sum over n, m of dy[n,o,m]
template <class T>
using Conv1dBackwardBiasOf = void(View<const T, 3> dy, View<T, 1> db);

using Conv1dForward = Conv1dOf<real>;
using Conv1dBackwardData = Conv1dBackwardDataOf<real>;
using Conv1dBackwardWeight = Conv1dBackwardWeightOf<real>;
using Conv1dBackwardBias = Conv1dBackwardBiasOf<real>;

namespace reference {
template <class T>
void conv1d(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, Convolution1d conv, View<T, 3> y);
template <class T>
void conv1d_backward_data(View<const T, 3> dy, View<const T, 3> w, Convolution1d conv, View<T, 3> dx);
template <class T>
void conv1d_backward_weight(View<const T, 3> dy, View<const T, 3> x, Convolution1d conv, View<T, 3> dw);
template <class T>
void conv1d_backward_bias(View<const T, 3> dy, View<T, 1> db);
}  // namespace reference

namespace cpu {
Conv1dForward conv1d;
Conv1dBackwardData conv1d_backward_data;
Conv1dBackwardWeight conv1d_backward_weight;
Conv1dBackwardBias conv1d_backward_bias;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Conv1dForward conv1d;
[[gnu::weak]] extern Conv1dBackwardData conv1d_backward_data;
[[gnu::weak]] extern Conv1dBackwardWeight conv1d_backward_weight;
[[gnu::weak]] extern Conv1dBackwardBias conv1d_backward_bias;
}  // namespace gpu

}  // namespace SEISGRAD
