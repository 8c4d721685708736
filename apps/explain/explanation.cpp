#include "apps/explain/explanation.h"

#include <cmath>

#include "apps/report/svg_text.h"
#include "tensor/crc32c.h"

namespace seisgrad {
namespace {

// One component's row of (3,samples).
std::span<const double> row(const std::vector<double>& values, size_t component) {
  return std::span(values).subspan(component * values.size() / 3, values.size() / 3);
}

void add_columns(std::string& header, const std::string& name, const std::string& order) {
  for (const char letter : order) header += "," + name + letter;
}

}  // namespace

Explanation explanation_of(const ExplainedModel& model, const Case& window, const std::string& target,
                           const MapOptions& options) {
  Explanation e;
  e.input = network_input(model, window.segment);
  const Prediction prediction = predict(model, e.input);
  e.target = target_of(model, prediction, target, window.target == target ? window.sample : -1);
  e.score = prediction.score(e.target);
  e.probability = prediction.probability(e.target);
  if (!std::isfinite(e.score)) throw std::runtime_error(window.name + ": the network's output is not a number");
  e.saliency = magnitudes(differentiate(model, e.target, e.input).input);
  const NoisyMaps maps = noisy_maps(model, e.target, e.input, crc32c(window.name), options);
  e.cam = maps.cam(options.alpha);
  e.smoothgrad = magnitudes(maps.gradient);
  e.integrated = integrated_gradients(model, e.target, e.input);
  return e;
}

std::string method_text(const ExplainedModel& model, const MapOptions& o) {
  const std::string name = o.alpha == CamAlpha::local ? "LayerCAM" : "Grad-CAM++";
  std::string text = joined(o.smooth() ? "Smooth " : "", name, " of ", o.layer.empty() ? model.layer : o.layer, ", ",
                            formula_of(o.alpha));
  if (o.smooth()) text += joined(", ", o.copies, " copies, noise ", o.noise);
  return text;
}

std::string explanation_csv(const ExplainedModel& model, const Case& window, const Explanation& e) {
  const std::string& order = model.settings.profile.component_order;
  std::string text = "seconds";
  add_columns(text, "input_", order);
  text += ",cam";
  for (const char* name : {"saliency_", "smoothgrad_", "integrated_"}) add_columns(text, name, order);
  text += ",p_detection";
  for (const PhaseTrace& phase : window.scored.phases) text += ",p_" + phase.phase;
  text += "\n";
  const auto samples = static_cast<size_t>(window.segment.size());
  for (size_t i = 0; i < samples; ++i) {
    print(text, "%.9g", static_cast<double>(i) / window.segment.rate);
    const auto add = [&](double v) { print(text, ",%.6g", v); };
    for (size_t c = 0; c < 3; ++c) add(static_cast<double>(e.input[c * e.input.size() / 3 + i]));
    add(e.cam[i]);
    for (const auto* values : {&e.saliency, &e.smoothgrad, &e.integrated.values})
      for (size_t c = 0; c < 3; ++c) add(row(*values, c)[i]);
    add(static_cast<double>(window.scored.detection[i]));
    for (const PhaseTrace& phase : window.scored.phases) add(static_cast<double>(phase.probability[i]));
    text += "\n";
  }
  return text;
}

std::string attention_csv(const ExplainedModel& model, const AttentionMap& map) {
  const double seconds =
      static_cast<double>(layer_stride(model.length, map.steps)) / model.settings.profile.rate;  // of a step
  const auto middle = [=](int64_t step) { return (static_cast<double>(step) + 0.5) * seconds; };
  std::string text = "query_seconds";
  for (int64_t k = 0; k < map.steps; ++k) print(text, ",key_%.6g", middle(k));
  for (int64_t q = 0; q < map.steps; ++q) {
    print(text, "\n%.6g", middle(q));
    for (int64_t k = 0; k < map.steps; ++k) print(text, ",%.6g", map.weights[static_cast<size_t>(q * map.steps + k)]);
  }
  return text + "\n";
}

}  // namespace seisgrad
