#include "apps/explain/attribution.h"

#include <algorithm>
#include <cmath>

#include "data/dice.h"

namespace seisgrad {
namespace {

constexpr int64_t windows_at_once = 16;

std::vector<real> noisy_copy(std::span<const real> window, double deviation, uint64_t seed, uint32_t id, int64_t copy) {
  std::vector<real> values(window.begin(), window.end());
  if (deviation == 0) return values;
  Dice dice(RandomKey{seed, Purpose::explanation, id}, copy);
  for (size_t i = 0; i < values.size(); i += 2) {
    float one, other;
    dice.normals(one, other);
    values[i] += static_cast<real>(deviation * static_cast<double>(one));
    if (i + 1 < values.size()) values[i + 1] += static_cast<real>(deviation * static_cast<double>(other));
  }
  return values;
}

// Adds dS/dx at part * window, for each of the parts, times its weight.
std::vector<double> add_along(const ExplainedModel& model, const Target& target, std::span<const real> window,
                              const std::vector<double>& parts, double weight, std::vector<double>& sum) {
  std::vector<double> scores;
  for (size_t first = 0; first < parts.size(); first += windows_at_once) {
    std::vector<real> windows;
    for (size_t i = first; i < std::min(parts.size(), first + windows_at_once); ++i)
      for (const real v : window) windows.push_back(static_cast<real>(parts[i]) * v);
    const Derivatives d = differentiate(model, target, windows);
    for (size_t i = 0; i < d.input.size(); ++i) sum[i % sum.size()] += weight * d.input[i];
    scores.insert(scores.end(), d.score.begin(), d.score.end());
  }
  return scores;
}

}  // namespace

int64_t layer_stride(int64_t samples, int64_t steps) {
  return std::llround(std::exp2(std::round(std::log2(static_cast<double>(samples) / static_cast<double>(steps)))));
}

std::vector<double> NoisyMaps::cam(CamAlpha alpha) const {
  const auto samples = static_cast<int64_t>(gradient.size() / 3);
  const std::vector<double> steps = moments.map(alpha);
  return scaled_to_one(on_samples(steps, samples, layer_stride(samples, static_cast<int64_t>(steps.size()))));
}

NoisyMaps noisy_maps(const ExplainedModel& model, const Target& target, std::span<const real> window, uint32_t id,
                     const MapOptions& options) {
  const std::string layer = options.layer.empty() ? model.layer : options.layer;
  const auto [least, most] = std::minmax_element(window.begin(), window.end());
  const double deviation = options.noise * static_cast<double>(*most - *least);
  NoisyMaps maps;
  maps.gradient.resize(window.size());
  for (int64_t first = 0; first < options.copies; first += windows_at_once) {
    const int64_t count = std::min(windows_at_once, options.copies - first);
    std::vector<real> copies;
    for (int64_t j = first; j < first + count; ++j) {
      const std::vector<real> copy = noisy_copy(window, deviation, options.seed, id, j);
      copies.insert(copies.end(), copy.begin(), copy.end());
    }
    const Derivatives d = differentiate(model, target, copies, layer);
    if (first == 0) maps.moments = CamMoments(d.channels, d.steps);
    const auto size = static_cast<size_t>(d.channels * d.steps);
    for (size_t j = 0; j < static_cast<size_t>(count); ++j)
      maps.moments.add(std::span(d.activation).subspan(j * size, size), std::span(d.gradient).subspan(j * size, size));
    for (size_t i = 0; i < d.input.size(); ++i)
      maps.gradient[i % window.size()] += d.input[i] / static_cast<double>(options.copies);
  }
  return maps;
}

double IntegratedGradients::completeness_error() const {
  double sum = 0;
  for (const double v : values) sum += v;
  return std::abs(sum - (score - score_of_zeros)) / std::abs(score - score_of_zeros);
}

IntegratedGradients integrated_gradients(const ExplainedModel& model, const Target& target,
                                         std::span<const real> window) {
  constexpr int64_t least_steps = 16, most_steps = 16384;
  constexpr double wanted = 0.01;
  IntegratedGradients result;
  std::vector<double> sum(window.size(), 0.0);  // of dS/dx at the points so far, the ends counting half
  const std::vector<double> ends = add_along(model, target, window, {0, 1}, 0.5, sum);
  result.score_of_zeros = ends[0], result.score = ends[1];
  for (result.steps = 1; result.steps < most_steps;) {
    std::vector<double> middles;  // of the steps so far
    for (int64_t i = 0; i < result.steps; ++i)
      middles.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(result.steps));
    add_along(model, target, window, middles, 1, sum);
    result.steps *= 2;
    if (result.steps < least_steps) continue;
    result.values.resize(sum.size());
    for (size_t i = 0; i < sum.size(); ++i)
      result.values[i] = static_cast<double>(window[i]) * sum[i] / static_cast<double>(result.steps);
    if (result.completeness_error() <= wanted) break;
  }
  return result;
}

}  // namespace seisgrad
