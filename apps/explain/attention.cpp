#include "apps/explain/attention.h"

#include <algorithm>

namespace seisgrad {

std::vector<double> AttentionMap::received() const {
  std::vector<double> mean(static_cast<size_t>(steps), 0.0);
  for (size_t i = 0; i < weights.size(); ++i) mean[i % mean.size()] += weights[i] / static_cast<double>(steps);
  return mean;
}

std::vector<AttentionMap> attention_maps(const ExplainedModel& model, std::span<const real> window) {
  const std::string ending = ".attention.weights";
  std::vector<AttentionMap> maps;
  Pass pass;
  pass.watch = [&](const std::string& name, const Tensor& value) {
    if (!name.ends_with(ending)) return;
    const Tensor host = value.to(Device::cpu);
    maps.push_back({name.substr(0, name.size() - ending.size()), value.shape()[1],
                    std::vector<double>(host.values().begin(), host.values().end())});
  };
  model.logits(Tensor::from({1, 3, model.length}, window, model.device), pass);
  return maps;
}

AttentionBand band_of(const AttentionMap& map) {
  const int64_t T = map.steps;
  int64_t first = T, last = -T;
  for (int64_t q = 0; q < T; ++q)
    for (int64_t k = 0; k < T; ++k)
      if (map.weights[static_cast<size_t>(q * T + k)] != 0)
        first = std::min(first, k - q), last = std::max(last, k - q);
  AttentionBand band{.first = first, .offsets = last - first + 1, .weights = {}};
  for (int64_t offset = first; offset <= last; ++offset)
    for (int64_t q = 0; q < T; ++q) {
      const int64_t k = q + offset;
      band.weights.push_back(k >= 0 && k < T ? map.weights[static_cast<size_t>(q * T + k)] : 0);
    }
  return band;
}

}  // namespace seisgrad
