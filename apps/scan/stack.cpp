#include "apps/scan/stack.h"

#include <algorithm>
#include <utility>

#include "tensor/require.h"

namespace seisgrad {

Stack::Stack(int64_t samples, int64_t window, int64_t stride, int64_t blind, StackMode mode)
    : samples_(samples), window_(window), blind_(blind), mode_(mode), values_(samples, 0.0f) {
  const int64_t most = blind < 0 || blind > window / 2 ? 0 : window - 2 * blind;  // so that no large blind overflows
  require(1 <= stride && stride <= most, "stack: windows of ", window, " samples every ", stride, " with ", blind,
          " blind samples at each edge leave samples unscored; the stride may be at most ", most);
  if (mode_ == StackMode::mean) counts_.assign(samples, 0);
}

void Stack::add(int64_t start, std::span<const float> probabilities) {
  const int64_t begin = start == 0 ? 0 : blind_;
  const int64_t end = start + window_ >= samples_ ? samples_ - start : window_ - blind_;
  for (int64_t i = begin; i < end; ++i) {
    float& value = values_[start + i];
    if (mode_ == StackMode::max) {
      value = std::max(value, probabilities[i]);
    } else {
      value += probabilities[i];
      ++counts_[start + i];
    }
  }
}

std::vector<float> Stack::finish() {
  if (mode_ == StackMode::mean)
    for (int64_t i = 0; i < samples_; ++i) values_[i] /= static_cast<float>(counts_[i]);
  return std::move(values_);
}

}  // namespace seisgrad
