#include "apps/scan/windows.h"

#include <algorithm>

#include "tensor/require.h"

namespace seisgrad {

std::vector<int64_t> window_starts(int64_t samples, int64_t length, int64_t stride) {
  require(samples >= 1 && length >= 1, "windows: ", samples, " samples in windows of ", length);
  require(stride >= 1 && stride <= length, "windows: the stride must be 1 to ", length,
          " samples (a longer one would skip data), got ", stride);
  std::vector<int64_t> starts = {0};
  while (starts.back() + length < samples) starts.push_back(std::min(starts.back() + stride, samples - length));
  return starts;
}

}  // namespace seisgrad
