// max_pool1d: y[n,c,m] = max over k < window of x[n,c, m stride - left + k]
//
//   x (N,C,L)   y, argmax (N,C,M)   M = (L + left + right - window) / stride + 1
//
// Padding never wins: a position outside the input is skipped, not read as zero. On a tie the earliest sample wins, and
// a NaN wins over everything before the first NaN; so on every device. argmax holds the winner's position in 0..L-1 and
// is all that the backward pass needs.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

struct Pool1d {
  int64_t window;
  int64_t stride = window;
  int64_t left = 0, right = 0;  // padding, in samples

  HOST_DEVICE int64_t output_length(int64_t length) const { return (length + left + right - window) / stride + 1; }
};

// REQUIRES: shapes as above; left, right < window; window <= L + left + right; L < 2^31. Overwrites y and argmax.
template <class T>
using MaxPool1dOf = void(View<const T, 3> x, Pool1d pool, View<T, 3> y, View<int32_t, 3> argmax);
// dx[n,c,l] = sum of dy[n,c,m] over the windows m whose argmax is l. Overwrites dx.
template <class T>
using MaxPool1dBackwardOf = void(View<const T, 3> dy, View<const int32_t, 3> argmax, Pool1d pool, View<T, 3> dx);

using MaxPool1dForward = MaxPool1dOf<real>;
using MaxPool1dBackward = MaxPool1dBackwardOf<real>;

namespace reference {
template <class T>
void max_pool1d(View<const T, 3> x, Pool1d pool, View<T, 3> y, View<int32_t, 3> argmax);
template <class T>
void max_pool1d_backward(View<const T, 3> dy, View<const int32_t, 3> argmax, Pool1d pool, View<T, 3> dx);
}  // namespace reference

namespace cpu {
MaxPool1dForward max_pool1d;
MaxPool1dBackward max_pool1d_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern MaxPool1dForward max_pool1d;
[[gnu::weak]] extern MaxPool1dBackward max_pool1d_backward;
}  // namespace gpu

}  // namespace SEISGRAD
