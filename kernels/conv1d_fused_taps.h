// How the kernels of conv1d_fused see its sums: direct, as the contract writes them, or with the upsampling folded.
#pragma once
#include "kernels/conv1d_fused.h"

namespace SEISGRAD {

// Sum i of row v is over c and t of W[v,c,t] X'[c, i + t] with X'[c,j] = u[c, (j + shift) / repeat] for begin <= j <
// end, else 0. Direct, row v is output channel o, i its output m, W is w. Folded, rows 2 o and 2 o + 1 are the outputs
// m = 2 i - lead and m + 1 of channel o, and W[v,c,t] adds taps first_tap to last_tap - 1 of w.
struct Conv1dTaps {
  bool folded;
  int64_t taps, shift, begin, end, repeat;
  int64_t sums;  // in a row
  int64_t lead = 0;
  int64_t spoilt_left = 0, spoilt_right = 0;  // outputs at either end whose window holds half of a pair: to be direct

  HOST_DEVICE int64_t first_tap(int64_t v, int64_t t) const {
    const int64_t k = 2 * t - v % 2;
    return folded ? k < 0 ? 0 : k : t;
  }
  HOST_DEVICE int64_t last_tap(int64_t v, int64_t t, int64_t kernel) const {
    const int64_t k = 2 * t - v % 2 + 2;
    return folded ? k > kernel ? kernel : k : t + 1;
  }
};

template <class T>
Conv1dTaps direct_taps(const AroundConv1d<T>& a, int64_t length, int64_t kernel) {
  return {.folded = false,
          .taps = kernel,
          .shift = a.crop_left - a.left,
          .begin = a.left,
          .end = a.left + a.upsampled(length),
          .repeat = a.upsample,
          .sums = a.output_length(length, kernel)};
}

// REQUIRES: a.folds(kernel)
template <class T>
Conv1dTaps folded_taps(const AroundConv1d<T>& a, int64_t length, int64_t kernel) {
  // output 0 begins at this place of the upsampled row before the crop, the sums at the even place there or before
  const int64_t start = a.crop_left - a.left, lead = start & 1, shift = (start - lead) / 2;
  const int64_t M = a.output_length(length, kernel);
  const int64_t left = a.crop_left % 2 * a.left, right = a.crop_right % 2 * a.right;
  return {.folded = true,
          .taps = (kernel + 1) / 2,
          .shift = shift,
          .begin = a.crop_left / 2 - shift,
          .end = length - a.crop_right / 2 - shift,
          .repeat = 1,
          .sums = (M + lead + 1) / 2,
          .lead = lead,
          .spoilt_left = left < M ? left : M,
          .spoilt_right = right < M ? right : M};
}

}  // namespace SEISGRAD
