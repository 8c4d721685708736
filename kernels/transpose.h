// transpose: y[n,c,r] = x[n,r,c], the last two axes exchanged
//
//   x (N,R,C)   y (N,C,R)   a matrix is N = 1
//
// Its own gradient: dx is the transpose of dy.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above. Overwrites y.
template <class T>
using TransposeOf = void(View<const T, 3> x, View<T, 3> y);
using Transpose = TransposeOf<real>;

namespace reference {
template <class T>
void transpose(View<const T, 3> x, View<T, 3> y);
}  // namespace reference

namespace cpu {
Transpose transpose;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Transpose transpose;
}  // namespace gpu

}  // namespace SEISGRAD
