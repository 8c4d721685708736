#include "data/normalise.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

constexpr std::size_t lanes = 8;  // independent sums: one alone waits for itself at every addition

double sum_of(std::span<const float> x) {
  double part[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) part[k] += x[i + k];
  double sum = 0;
  for (; i < x.size(); ++i) sum += x[i];
  for (const double p : part) sum += p;
  return sum;
}

// Removes the mean; the sum of squares of what is left.
double centre(std::span<float> x) {
  const double mean = sum_of(x) / static_cast<double>(x.size());
  double part[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) {
      x[i + k] = static_cast<float>(x[i + k] - mean);
      part[k] += double(x[i + k]) * x[i + k];
    }
  double sum = 0;
  for (; i < x.size(); ++i) {
    x[i] = static_cast<float>(x[i] - mean);
    sum += double(x[i]) * x[i];
  }
  for (const double p : part) sum += p;
  return sum;
}

// In double where the divisor is one. Of floats the quotient is the same: rounded to double and then to float, it is
// as rounded to float at once, since a double has more than twice the digits.
template <class T>
void divide(std::span<float> x, T divisor) {
  if (divisor == 0) return;
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) x[i + k] = static_cast<float>(x[i + k] / divisor);
  for (; i < x.size(); ++i) x[i] = static_cast<float>(x[i] / divisor);
}

float largest(std::span<const float> x) { return x.empty() ? 0 : *std::max_element(x.begin(), x.end()); }

float largest_magnitude(std::span<const float> x) {
  float part[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) part[k] = std::max(part[k], std::abs(x[i + k]));
  for (; i < x.size(); ++i) part[0] = std::max(part[0], std::abs(x[i]));
  return *std::max_element(part, part + lanes);
}

}  // namespace

void normalise(std::span<float> window, std::int64_t channels, Normalisation mode) {
  const std::size_t length = window.size() / static_cast<std::size_t>(channels);
  if (length == 0) return;
  double joint = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    const std::span<float> x = window.subspan(static_cast<std::size_t>(c) * length, length);
    const double squares = centre(x);
    joint += squares;
    if (mode == Normalisation::std_per_channel) divide(x, std::sqrt(squares / static_cast<double>(length)));
    if (mode == Normalisation::max_per_channel) divide(x, largest(x));
  }
  if (mode == Normalisation::std_joint && window.size() > 1)
    divide(window, std::sqrt(joint / static_cast<double>(window.size() - 1)));
  if (mode == Normalisation::max_joint) divide(window, largest_magnitude(window));
}

}  // namespace seisgrad
