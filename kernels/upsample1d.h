// upsample1d: y[n,c,l factor + k] = x[n,c,l] for 0 <= k < factor (nearest sample, an integer factor)
//
//   x (N,C,L)   y (N,C,factor L)
//
// Rows stay rows, so batch and channels do not matter to the arithmetic: the views are flat, y factor times as long as
// x. The gradient adds the copies in order of time.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: factor >= 1; y.size() == factor x.size(). Overwrites y.
template <class T>
using Upsample1dOf = void(View<const T, 1> x, int64_t factor, View<T, 1> y);
// dx[i] = dy[i factor] + ... + dy[i factor + factor - 1]. Overwrites dx.
template <class T>
using Upsample1dBackwardOf = void(View<const T, 1> dy, int64_t factor, View<T, 1> dx);

using Upsample1dForward = Upsample1dOf<real>;
using Upsample1dBackward = Upsample1dBackwardOf<real>;

namespace reference {
template <class T>
void upsample1d(View<const T, 1> x, int64_t factor, View<T, 1> y);
template <class T>
void upsample1d_backward(View<const T, 1> dy, int64_t factor, View<T, 1> dx);
}  // namespace reference

namespace cpu {
Upsample1dForward upsample1d;
Upsample1dBackward upsample1d_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Upsample1dForward upsample1d;
[[gnu::weak]] extern Upsample1dBackward upsample1d_backward;
}  // namespace gpu

}  // namespace SEISGRAD
