#include "data/snr.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/labelled_trace.h"

namespace seisgrad {
namespace {

double percentile95(std::span<const float> samples) {
  if (samples.empty()) return 0;
  std::vector<float> sorted(samples.begin(), samples.end());
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

}  // namespace

double snr_db(std::span<const float> noise, std::span<const float> signal) {
  const double before = percentile95(noise), after = percentile95(signal);
  return before > 0 && after > 0 ? 20 * std::log10(after / before) : unknown;
}

}  // namespace seisgrad
