#include "apps/scan/normalise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace seisgrad {
namespace {

double mean_of(std::span<const float> x) {
  double sum = 0;
  for (const float v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double square_sum(std::span<const float> x) {
  double sum = 0;
  for (const float v : x) sum += double(v) * v;
  return sum;
}

void divide(std::span<float> x, double divisor) {
  if (divisor == 0) return;
  for (float& v : x) v = static_cast<float>(v / divisor);
}

// 0 at the outermost sample, rising as half a cosine.
void taper_ends(std::span<float> x, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float factor = static_cast<float>(0.5 * (1 - std::cos(std::numbers::pi * double(i) / double(count))));
    x[i] *= factor;
    x[x.size() - 1 - i] *= factor;
  }
}

}  // namespace

void normalise_window(std::span<float> values, int64_t length, int64_t filled, Normalisation how,
                      int64_t window_taper) {
  double joint = 0;
  const int64_t channels = static_cast<int64_t>(values.size()) / length;
  for (int64_t c = 0; c < channels; ++c) {
    const auto channel = values.subspan(c * length, length), data = channel.first(filled);
    const double mean = mean_of(data);
    for (float& v : data) v = static_cast<float>(v - mean);
    std::fill(channel.begin() + filled, channel.end(), 0.0f);
    const double squares = square_sum(data);
    joint += squares;
    if (how == Normalisation::std_per_channel) divide(data, std::sqrt(squares / static_cast<double>(filled)));
    if (how == Normalisation::max_per_channel) divide(data, *std::max_element(data.begin(), data.end()));
  }
  if (how == Normalisation::std_joint && channels * filled > 1)
    divide(values, std::sqrt(joint / static_cast<double>(channels * filled - 1)));
  for (int64_t c = 0; c < channels; ++c)
    taper_ends(values.subspan(c * length, filled), std::min(window_taper, filled / 2));
}

}  // namespace seisgrad
