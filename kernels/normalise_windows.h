// normalise_windows: windows (N,C,L) made ready for a network, each on its own, so that no other part of the record
// matters. The first `filled` samples of each channel are data, from which all statistics come; the rest is padding and
// becomes 0. The mean of each channel is removed, then
//
//   std_per_channel  divides each channel by its standard deviation (of n, not n - 1)
//   max_per_channel  divides each channel by its largest value (EQTransformer's "max": not the largest magnitude)
//   std_joint        divides all channels by one standard deviation over all of them (of n - 1, as SeisBench; of one
//                    sample in all, by nothing)
//
// where a divisor of 0 counts as 1. Last comes a cosine taper of `taper` samples at both ends of the data, at most half
// of them: 0 at the outermost sample, rising as (1 - cos(pi i / taper)) / 2. Sums are in double; what is rounded to T
// is the difference from the mean, then the quotient, then the tapered value. A channel with a NaN or an infinity
// becomes NaN.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

enum class WindowScale { std_per_channel, max_per_channel, std_joint };

struct WindowOptions {
  WindowScale scale = WindowScale::std_per_channel;
  int64_t filled;  // REQUIRES: 1 <= filled <= L
  int64_t taper = 0;

  // The number of samples that each end's taper has.
  HOST_DEVICE int64_t tapered() const { return taper < filled / 2 ? taper : filled / 2; }
};

// REQUIRES: one shape. y is overwritten and may not overlap x.
template <class T>
using NormaliseWindowsOf = void(View<const T, 3> x, WindowOptions options, View<T, 3> y);
using NormaliseWindows = NormaliseWindowsOf<real>;

namespace reference {
template <class T>
void normalise_windows(View<const T, 3> x, WindowOptions options, View<T, 3> y);
}  // namespace reference

namespace cpu {
NormaliseWindows normalise_windows;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern NormaliseWindows normalise_windows;
}  // namespace gpu

}  // namespace SEISGRAD
