// sum over the middle axis: y[o,i] = x[o,0,i] + ... + x[o,R-1,i]
//
//   x (O,R,I)   y (O,I)   a run of neighbouring axes is one axis here; mean is this, scaled
//
// Order of summation on the fast levels, whatever the threads and the other axes: r in blocks of 32 neighbours, each
// added up from its first; then the block sums likewise, 32 at a time, until one is left. So the rounding error grows
// with 32 log32(R), not with R. The reference adds from first to last. An empty sum is 0.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above. Overwrites y.
template <class T>
using SumOf = void(View<const T, 3> x, View<T, 2> y);
// dx[o,r,i] = dy[o,i]. Overwrites dx.
template <class T>
using SumBackwardOf = void(View<const T, 2> dy, View<T, 3> dx);

using Sum = SumOf<real>;
using SumBackward = SumBackwardOf<real>;

namespace reference {
template <class T>
void sum(View<const T, 3> x, View<T, 2> y);
template <class T>
void sum_backward(View<const T, 2> dy, View<T, 3> dx);
}  // namespace reference

namespace cpu {
Sum sum;
SumBackward sum_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Sum sum;
[[gnu::weak]] extern SumBackward sum_backward;
}  // namespace gpu

}  // namespace SEISGRAD
