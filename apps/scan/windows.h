// Where the windows of a continuous segment lie.
#pragma once
#include <cstdint>
#include <vector>

namespace seisgrad {

// First samples of windows of `length` samples over a segment of `samples`: the first window begins with the segment,
// then one every `stride`, the last is moved back to end with the segment; so every sample is in a window if
// stride <= length. A segment shorter than a window gets one, to be padded.
// Throws std::invalid_argument unless 1 <= stride <= length and samples >= 1.
std::vector<int64_t> window_starts(int64_t samples, int64_t length, int64_t stride);

}  // namespace seisgrad
