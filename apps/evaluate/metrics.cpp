#include "apps/evaluate/metrics.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {

Interval wilson(std::int64_t hits, std::int64_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // 97.5 % point of the normal distribution
  const double n = static_cast<double>(trials), p = static_cast<double>(hits) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

ResidualStatistics statistics_of(std::span<const double> residuals) {
  ResidualStatistics s;
  s.count = static_cast<std::int64_t>(residuals.size());
  if (residuals.empty()) return s;
  const double n = static_cast<double>(residuals.size());
  for (const double r : residuals) s.mean += r / n, s.mean_absolute += std::abs(r) / n;
  double variance = 0;
  for (const double r : residuals) variance += (r - s.mean) * (r - s.mean) / n;
  s.deviation = std::sqrt(variance);
  std::vector<double> values(residuals.begin(), residuals.end());
  s.median = median_of(values);
  for (double& v : values) v = std::abs(v - s.median);
  s.median_deviation = median_of(std::move(values));
  return s;
}

}  // namespace seisgrad
