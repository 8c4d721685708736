// Band-limited resampling onto the absolute grid t_k = k / rate since 1970, by a windowed sinc:
//
//     y(t_k) = sum_n x_n h(t_k - t_n),   h(t) = sin(2 pi f t) / (pi t) * kaiser(t / T),   sum_n h = 1 at each t_k
//
// f is a little below half of the lower of the two rates: images and aliases are 80 dB down, and 0.91 of that half is
// passed unchanged (tests/data/resample_test.cpp). h is symmetric, so there is no time shift; its length 2 T is 128
// samples of the lower rate. Beyond its ends a segment is continued by its first and its last sample. Any pair of
// rates. Because the grid is absolute, the result at a time does not depend on where the segment begins or ends, as
// long as it covers T on either side; and all components of a station come out on one grid. Source: Smith, Digital
// Audio Resampling (ccrma.stanford.edu/~jos/resample); Kaiser window design formulas.
#pragma once
#include "data/segments.h"

namespace seisgrad {

// The segment at `rate`, a whole number of Hz. The output holds all grid times from the first to the last input sample
// and may be empty. Throws std::invalid_argument for a rate that is not whole and positive.
Segment resample(const Segment& segment, double rate);

// T in seconds.
double resample_reach(double from_rate, double to_rate);

}  // namespace seisgrad
