// concat: parts one after another along an axis, put in place one part a call
//
//   whole[r, first + j] = part[r, j]      part (R,P)   whole (R,W)   first + P <= W
//
// The axes before the chosen one are the rows R; it and the axes after it are the columns. Columns of other parts are
// left as they are. The gradient of a part is a crop of the gradient of the whole (kernels/padding.h).
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above, first >= 0. Overwrites columns first..first+P-1 of whole.
template <class T>
using ConcatPartOf = void(View<const T, 2> part, int64_t first, View<T, 2> whole);
using ConcatPart = ConcatPartOf<real>;

namespace reference {
template <class T>
void concat_part(View<const T, 2> part, int64_t first, View<T, 2> whole);
}  // namespace reference

namespace cpu {
ConcatPart concat_part;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern ConcatPart concat_part;
}  // namespace gpu

}  // namespace SEISGRAD
