#include "apps/explain/cam.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tensor/require.h"

namespace seisgrad {

std::string formula_of(CamAlpha alpha) {
  return alpha == CamAlpha::paper  ? "alpha (paper) = D2 / (2 D2 + sum(A) D3)"
         : alpha == CamAlpha::port ? "alpha (port) = D2 / (2 D2 + sum(A D3))"
                                   : "weights (local) = relu(D1)";
}

CamMoments::CamMoments(int64_t channels, int64_t steps) : channels_(channels), steps_(steps) {
  activation_.resize(static_cast<size_t>(channels * steps));
  for (auto& sums : gradient_) sums.resize(activation_.size());
}

void CamMoments::add(std::span<const double> activation, std::span<const double> gradient) {
  require(activation.size() == activation_.size() && gradient.size() == activation_.size(),
          "class activation map: ", activation.size(), " activations and ", gradient.size(), " gradients, not (",
          channels_, ",", steps_, ")");
  for (size_t i = 0; i < gradient.size(); ++i) {
    const double g = gradient[i];
    activation_[i] += activation[i];
    gradient_[0][i] += g, gradient_[1][i] += g * g, gradient_[2][i] += g * g * g;
  }
  ++copies_;
}

std::vector<double> CamMoments::map(CamAlpha alpha) const {
  const double n = static_cast<double>(copies_);
  std::vector<double> map(static_cast<size_t>(steps_), 0.0);
  for (int64_t k = 0; k < channels_; ++k) {
    const auto row = [&](const std::vector<double>& sums) {
      return std::span(sums).subspan(static_cast<size_t>(k * steps_), static_cast<size_t>(steps_));
    };
    const auto a = row(activation_), d1 = row(gradient_[0]), d2 = row(gradient_[1]), d3 = row(gradient_[2]);
    if (alpha == CamAlpha::local) {
      for (size_t t = 0; t < a.size(); ++t) map[t] += std::max(0.0, d1[t] / n) * a[t] / n;
      continue;
    }
    double sum = 0, weighted = 0;
    for (size_t t = 0; t < a.size(); ++t) sum += a[t] / n, weighted += a[t] / n * d3[t] / n;
    double weight = 0;
    for (size_t t = 0; t < a.size(); ++t) {
      const double denominator = 2 * d2[t] / n + (alpha == CamAlpha::paper ? sum * d3[t] / n : weighted);
      if (d2[t] == 0 || std::abs(denominator) < 1e-12) continue;
      weight += d2[t] / n / denominator * std::max(0.0, d1[t] / n);
    }
    for (size_t t = 0; t < a.size(); ++t) map[t] += weight * a[t] / n;
  }
  for (double& v : map) v = std::max(0.0, v);
  return map;
}

std::vector<double> on_samples(std::span<const double> map, int64_t samples, int64_t stride) {
  std::vector<double> values(static_cast<size_t>(samples));
  const double last = static_cast<double>(map.size() - 1);
  for (size_t i = 0; i < values.size(); ++i) {
    const double at = std::clamp((static_cast<double>(i) + 0.5) / static_cast<double>(stride) - 0.5, 0.0, last);
    const auto step = static_cast<size_t>(at);
    const double part = at - static_cast<double>(step);
    values[i] = part > 0 ? (1 - part) * map[step] + part * map[step + 1] : map[step];
  }
  return values;
}

std::vector<double> scaled_to_one(std::vector<double> values) {
  double most = 0;
  for (const double v : values) most = std::max(most, std::abs(v));
  if (most > 0)
    for (double& v : values) v /= most;
  return values;
}

std::vector<double> magnitudes(std::vector<double> values) {
  for (double& v : values) v = std::abs(v);
  return values;
}

std::vector<bool> top_fraction(std::span<const double> map, double fraction) {
  std::vector<size_t> order(map.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return map[a] > map[b]; });
  std::vector<bool> top(map.size());
  const auto count = static_cast<size_t>(std::llround(fraction * static_cast<double>(map.size())));
  for (size_t i = 0; i < std::min(count, order.size()); ++i) top[order[i]] = true;
  return top;
}

}  // namespace seisgrad
