// avg_pool1d: y[n,c,m] = mean over k < window of x[n,c, m stride - left + k]
//
//   x (N,C,L)   y (N,C,M)   M = (L + left + right - window) / stride + 1
//
// Padding does not count: a position outside the input is neither added nor in the number divided by. A window is added
// up from its earliest sample; a gradient from the earliest window.
#pragma once
#include "kernels/max_pool1d.h"
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above; left, right < window; window <= L + left + right; L >= 1. Overwrites y.
template <class T>
using AvgPool1dOf = void(View<const T, 3> x, Pool1d pool, View<T, 3> y);
// dx[n,c,l] = sum over the windows m that hold l of dy[n,c,m] / number of samples in m. Overwrites dx.
template <class T>
using AvgPool1dBackwardOf = void(View<const T, 3> dy, Pool1d pool, View<T, 3> dx);

using AvgPool1dForward = AvgPool1dOf<real>;
using AvgPool1dBackward = AvgPool1dBackwardOf<real>;

namespace reference {  // the CPU uses these: no model pools by averages on its hot path
template <class T>
void avg_pool1d(View<const T, 3> x, Pool1d pool, View<T, 3> y);
template <class T>
void avg_pool1d_backward(View<const T, 3> dy, Pool1d pool, View<T, 3> dx);
}  // namespace reference

namespace gpu {
[[gnu::weak]] extern AvgPool1dForward avg_pool1d;
[[gnu::weak]] extern AvgPool1dBackward avg_pool1d_backward;
}  // namespace gpu

}  // namespace SEISGRAD
