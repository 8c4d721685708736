// A window made ready for the network: each window on its own, so that no other part of the record matters.
#pragma once
#include <cstdint>
#include <span>

#include "data/preprocess.h"

namespace seisgrad {

// In place on channels of `length` samples one after another, of which the first `filled` hold data and the rest, if
// any, are padding: statistics come from the data, padding becomes 0. The mean of each channel is removed, then
//   std_per_channel  divides each channel by its standard deviation (of n, not n - 1)
//   max_per_channel  divides each channel by its largest value (EQTransformer's "max": not the largest magnitude)
//   std_joint        divides all channels by one standard deviation over all of them (of n - 1, as SeisBench)
// where a divisor of 0 counts as 1. Then a cosine taper of `window_taper` samples at both ends, if the profile has one.
// REQUIRES: values.size() is a multiple of length; 1 <= filled <= length.
void normalise_window(std::span<float> values, int64_t length, int64_t filled, Normalisation how, int64_t window_taper);

}  // namespace seisgrad
