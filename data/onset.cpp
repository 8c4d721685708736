#include "data/onset.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {

std::vector<double> allen_energy(std::span<const float> x) {
  double squares = 0, changes = 0;
  const auto change = [&](std::size_t i) { return i == 0 ? 0.0 : static_cast<double>(x[i]) - x[i - 1]; };
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += static_cast<double>(x[i]) * x[i];
    changes += change(i) * change(i);
  }
  const double weight = changes > 0 ? squares / changes : 0;
  std::vector<double> energy(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    energy[i] = static_cast<double>(x[i]) * x[i] + weight * change(i) * change(i);
  return energy;
}

std::vector<float> sta_lta(std::span<const double> energy, std::int64_t shorter, std::int64_t longer) {
  const auto n = static_cast<std::int64_t>(energy.size());
  std::vector<double> sum(energy.size() + 1, 0);  // of the energies before i
  for (std::int64_t i = 0; i < n; ++i) sum[i + 1] = sum[i] + energy[i];
  std::vector<float> ratio(energy.size(), 1.0f);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t middle = i + 1 - shorter, begin = middle - longer;
    if (begin < 0) continue;
    const double before = (sum[middle] - sum[begin]) / static_cast<double>(longer);
    const double now = (sum[i + 1] - sum[middle]) / static_cast<double>(shorter);
    if (before > 0) ratio[i] = static_cast<float>(now / before);
  }
  return ratio;
}

std::int64_t aic_onset(std::span<const float> x) {
  const auto n = static_cast<std::int64_t>(x.size());
  if (n < 8) return n / 2;
  std::vector<double> sum(x.size() + 1, 0), squares(x.size() + 1, 0);
  for (std::int64_t i = 0; i < n; ++i) {
    sum[i + 1] = sum[i] + x[i];
    squares[i + 1] = squares[i] + static_cast<double>(x[i]) * x[i];
  }
  const auto log_variance = [&](std::int64_t begin, std::int64_t end) {
    const double count = static_cast<double>(end - begin), mean = (sum[end] - sum[begin]) / count;
    const double variance = (squares[end] - squares[begin]) / count - mean * mean;
    return std::log(std::max(variance, 1e-12 * squares[n] / static_cast<double>(n) + 1e-300));
  };
  std::int64_t best = n / 2;
  double least = INFINITY;
  for (std::int64_t k = 3; k <= n - 3; ++k) {
    const double aic =
        static_cast<double>(k) * log_variance(0, k) + static_cast<double>(n - k - 1) * log_variance(k, n);
    if (aic < least) least = aic, best = k;
  }
  return best;
}

}  // namespace seisgrad
