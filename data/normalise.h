// normalise: a window (C,L) scaled as a network's input, in place. The mean of each channel is removed, then
//
//   std_per_channel  divides each channel by its standard deviation (of n)      EQTransformer's "std"
//   max_per_channel  divides each channel by its largest value                  EQTransformer's "max"
//   std_joint        divides all by one standard deviation (of n - 1)           SeisBench
//   max_joint        divides all by the largest magnitude: polarity and ratios of components stay
//
// A divisor of 0 counts as 1. The first three do what kernels/normalise_windows.h does on any device for a scan; here
// the loader's threads do it beside training.
#pragma once
#include <cstdint>
#include <span>

#include "data/profile.h"

namespace seisgrad {

void normalise(std::span<float> window, std::int64_t channels, Normalisation mode);

}  // namespace seisgrad
