// The probabilities of overlapping windows put together into one trace a segment.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace seisgrad {

enum class StackMode { max, mean };

// One trace. The result depends on neither batches nor threads: windows are added in the order of their starts.
class Stack {
 public:
  // blind: samples at each edge of a window that do not count, except at the segment's own first and last sample.
  // Throws std::invalid_argument if windows of this length and stride would leave samples uncovered.
  Stack(int64_t samples, int64_t window, int64_t stride, int64_t blind, StackMode mode);

  // REQUIRES: starts as window_starts gives them, in that order; probabilities.size() == window.
  void add(int64_t start, std::span<const float> probabilities);
  // The stacked trace; call once, after the last window.
  std::vector<float> finish();

 private:
  int64_t samples_, window_, blind_;
  StackMode mode_;
  std::vector<float> values_;
  std::vector<int32_t> counts_;  // of mean only
};

}  // namespace seisgrad
