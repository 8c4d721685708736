// pad and crop along the last axis; the other axes are one, of R rows
//
//   pad    y[r, left + l] = x[r, l], `value` elsewhere     x (R,L)   y (R, left + L + right)
//   crop   y[r, l] = x[r, left + l]                        x (R,L)   y (R, L - left - right)
//
// Each is the other's gradient (pad with value 0). The extents of x and y say what is on the right.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// Samples before and after each row: added by pad, removed by crop.
struct Margins {
  int64_t left = 0, right = 0;
};

// REQUIRES: shapes as above, left >= 0 and what is on the right >= 0. Overwrites y.
template <class T>
using PadOf = void(View<const T, 2> x, int64_t left, T value, View<T, 2> y);
template <class T>
using CropOf = void(View<const T, 2> x, int64_t left, View<T, 2> y);

using Pad = PadOf<real>;
using Crop = CropOf<real>;

namespace reference {
template <class T>
void pad(View<const T, 2> x, int64_t left, T value, View<T, 2> y);
template <class T>
void crop(View<const T, 2> x, int64_t left, View<T, 2> y);
}  // namespace reference

namespace cpu {
Pad pad;
Crop crop;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Pad pad;
[[gnu::weak]] extern Crop crop;
}  // namespace gpu

}  // namespace SEISGRAD
