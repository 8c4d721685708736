#include "apps/explain/random_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/explain/deletion.h"

namespace seisgrad {
namespace {

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t i = 0, end; i < order.size(); i = end) {
    for (end = i + 1; end < order.size() && values[order[end]] == values[order[i]];) ++end;
    for (size_t k = i; k < end; ++k) ranks[order[k]] = static_cast<double>(i + end - 1) / 2;
  }
  return ranks;
}

// "blocks.3.first.conv.weight" is of blocks.3, "output.bias" of output.
std::string layer_of(const std::string& tensor) {
  const size_t dot = tensor.find('.');
  return tensor.substr(0, tensor.starts_with("blocks.") ? tensor.find('.', dot + 1) : dot);
}

std::vector<std::string> layers_from_the_top(const PhaseClassifier& model) {
  std::vector<std::string> layers;
  model.visit([&](const std::string& tensor, const Tensor&, bool) {
    if (layers.empty() || layers.back() != layer_of(tensor)) layers.push_back(layer_of(tensor));
  });
  std::reverse(layers.begin(), layers.end());
  return layers;
}

// Copies the tensors of one layer, or of all.
void copy_layer(const PhaseClassifier& from, const PhaseClassifier& to, const std::string& layer) {
  std::vector<Tensor> source;
  from.visit([&](const std::string&, const Tensor& t, bool) { source.push_back(t); });
  size_t i = 0;
  to.visit([&](const std::string& tensor, const Tensor& t, bool) {
    const Tensor& value = source[i++];
    if (layer.empty() || layer_of(tensor) == layer) t.copy_from(value);
  });
}

}  // namespace

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks_of(a), y = ranks_of(b);
  const double mean = (static_cast<double>(x.size()) - 1) / 2;
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean), yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

std::vector<RandomisedStage> randomise_weights(const PhaseClassifier& model, const ScanSettings& settings,
                                               const std::vector<RandomisedCase>& cases, const MapOptions& options,
                                               Device device) {
  const PhaseClassifier changed(model.config()), fresh(model.config());
  copy_layer(model, changed, "");
  fresh.initialise(options.seed);
  const ExplainedModel network = explained(changed, settings, "", device);
  const auto maps_of = [&](const RandomisedCase& c) {
    const Prediction prediction = predict(network, c.window);
    return noisy_maps(network, target_of(network, prediction, c.target), c.window, c.id, options);
  };
  std::vector<NoisyMaps> trained;
  for (const RandomisedCase& c : cases) trained.push_back(maps_of(c));
  std::vector<RandomisedStage> stages = {{.layer = "", .cam = 1, .smoothgrad = 1}};
  for (const std::string& layer : layers_from_the_top(model)) {
    copy_layer(fresh, changed, layer);
    RandomisedStage stage{.layer = layer};
    for (size_t i = 0; i < cases.size(); ++i) {
      const NoisyMaps maps = maps_of(cases[i]);
      const std::vector<double> steps = maps.moments.map(options.alpha);
      const double n = static_cast<double>(cases.size());
      stage.cam += rank_correlation(trained[i].moments.map(options.alpha), steps) / n;
      stage.smoothgrad += rank_correlation(over_components(magnitudes(trained[i].gradient)),
                                           over_components(magnitudes(maps.gradient))) /
                          n;
      stage.empty_maps += std::all_of(steps.begin(), steps.end(), [](double v) { return v == 0; });
    }
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace seisgrad
