#include "apps/explain/explained_model.h"

#include <algorithm>
#include <cmath>

#include "apps/model/load.h"
#include "apps/model/pretrained.h"
#include "apps/scan/score.h"
#include "autograd/ops.h"
#include "data/normalise.h"
#include "data/window_examples.h"
#include "models/weights.h"

namespace seisgrad {
namespace {

void freeze(const auto& model, Device device) {
  model.visit([&](const std::string&, const Tensor& t, bool) {
    t.set_requires_grad(false);
    t.move_to(device);
  });
}

std::vector<double> doubles(const Tensor& t) {
  const Tensor host = t.to(Device::cpu);
  return {host.values().begin(), host.values().end()};
}

// Of EQTransformer's results those of attention and what stands beside it are (N,T,C), all others (N,C,T).
bool steps_first(const std::string& layer) {
  return layer.starts_with("transformer.") || layer == "p.lstm" || layer == "s.lstm" || layer.ends_with(".attention");
}

std::vector<std::string> layers_of(const EQTransformerConfig& c) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& stem, size_t count) {
    for (size_t i = 0; i < count; ++i) names.push_back(stem + std::to_string(i));
  };
  add("encoder.", c.filters.size());
  add("residual.", c.residual_kernels.size());
  add("bilstm.", static_cast<size_t>(c.bilstm_blocks));
  add("transformer.", 2);
  add("detection.convs.", c.filters.size());
  for (const std::string phase : {"p", "s"}) {
    names.push_back(phase + ".lstm");
    names.push_back(phase + ".attention");
    add(phase + ".decoder.convs.", c.filters.size());
  }
  return names;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Tensor tensor_of(const ExplainedModel& model, std::span<const real> windows) {
  const auto n = static_cast<int64_t>(windows.size()) / (3 * model.length);
  return Tensor::from({n, 3, model.length}, windows, model.device);
}

double weighted(const std::vector<double>& values, const std::vector<real>& weights) {
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) sum += values[i] * static_cast<double>(weights[i]);
  return sum;
}

}  // namespace

ExplainedModel explained(const PhaseClassifier& model, const ScanSettings& settings, std::string name, Device device) {
  freeze(model, device);
  const PhaseClassifierConfig& c = model.config();
  require(c.components == 3, "explain: the model takes ", c.components, " components, not 3");
  ExplainedModel e{.name = std::move(name),
                   .classifies = true,
                   .settings = settings,
                   .length = c.samples,
                   .targets = c.classes,
                   .layers = {},
                   .layer = joined("blocks.", std::min<int64_t>(1, c.depth - 1)),
                   .device = device,
                   .logits = {}};
  for (int64_t i = 0; i < c.depth; ++i) e.layers.push_back(joined("blocks.", i));
  e.logits = [model](const Tensor& x, const Pass& pass) { return std::vector<Tensor>{model(x, pass)}; };
  return e;
}

ExplainedModel explained(const EQTransformer& model, const ScanSettings& settings, std::string name, Device device) {
  freeze(model, device);
  const EQTransformerConfig& c = model.config();
  require(c.components == 3, "explain: the model takes ", c.components, " components, not 3");
  ExplainedModel e{.name = std::move(name),
                   .classifies = false,
                   .settings = settings,
                   .length = c.samples,
                   .targets = {"detection", "P", "S"},
                   .layers = layers_of(c),
                   .layer = joined("encoder.", c.filters.size() - 1),
                   .device = device,
                   .logits = {}};
  e.logits = [model](const Tensor& x, const Pass& pass) {
    const EQTransformer::Output y = model.logits(x, pass);
    return std::vector<Tensor>{y.detection, y.p, y.s};
  };
  return e;
}

ExplainedModel load_explained(const std::string& given, Device device) {
  const std::string file = model_file(given);
  if (kind_of_model(file) == "phase_classifier") {
    const Loaded<PhaseClassifier> loaded = read_phase_classifier(file);
    return explained(loaded.model, settings_from_json(loaded.notes.preprocessing), model_name(file), device);
  }
  const LoadedModel loaded = load_eqtransformer(file);
  return explained(loaded.model, settings_from_json(loaded.preprocessing), loaded.name, device);
}

std::vector<real> network_input(const ExplainedModel& model, const ComponentSegment& segment) {
  const PreprocessingProfile& profile = model.settings.profile;
  const int64_t filled = std::min(model.length, segment.size());
  std::vector<float> window(static_cast<size_t>(3 * model.length));
  for (size_t c = 0; c < 3; ++c)
    std::copy_n(segment.channels[c].begin(), filled, window.begin() + static_cast<int64_t>(c) * model.length);
  if (model.classifies) normalise(window, 3, profile.normalisation);
  reorder_components(window, profile.component_order);
  std::vector<real> values(window.begin(), window.end());
  if (model.classifies) return values;
  const Tensor x = Tensor::from({1, 3, model.length}, std::span<const real>(values));
  const Tensor y = normalise_windows(x, window_options(profile, filled));
  std::copy(y.values().begin(), y.values().end(), values.begin());
  return values;
}

double Prediction::score(const Target& target) const { return weighted(logits[target.output], target.weights); }
double Prediction::probability(const Target& target) const {
  return weighted(probabilities[target.output], target.weights);
}

std::vector<Prediction> predict_all(const ExplainedModel& model, std::span<const real> windows) {
  const std::vector<Tensor> outputs = model.logits(tensor_of(model, windows), {});
  const auto n = static_cast<size_t>(outputs[0].shape()[0]);
  std::vector<Prediction> predictions(n);
  for (const Tensor& output : outputs) {
    const std::vector<double> all = doubles(output);
    const size_t width = all.size() / n;
    for (size_t i = 0; i < n; ++i) {
      std::vector<double> row(all.begin() + static_cast<std::ptrdiff_t>(i * width),
                              all.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
      std::vector<double> p(row);
      if (model.classifies) {
        const double most = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (double& v : p) sum += v = std::exp(v - most);
        for (double& v : p) v /= sum;
      } else {
        for (double& v : p) v = 1 / (1 + std::exp(-v));
      }
      predictions[i].logits.push_back(std::move(row));
      predictions[i].probabilities.push_back(std::move(p));
    }
  }
  return predictions;
}

Prediction predict(const ExplainedModel& model, std::span<const real> window) { return predict_all(model, window)[0]; }

Target target_of(const ExplainedModel& model, const Prediction& prediction, const std::string& name, int64_t sample) {
  const auto largest = [](const std::vector<double>& p) {
    return static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin());
  };
  const std::string wanted =
      model.classifies && name.empty() ? model.targets[largest(prediction.probabilities[0])] : name;
  const auto found = std::find(model.targets.begin(), model.targets.end(), wanted);
  require(found != model.targets.end(), "explain: ", model.name, " has no target \"", wanted, "\", but ",
          list_of(model.targets));
  const auto k = static_cast<size_t>(found - model.targets.begin());
  if (model.classifies) {
    Target target{.name = wanted, .output = 0, .weights = std::vector<real>(model.targets.size(), 0)};
    target.weights[k] = 1;
    return target;
  }
  const std::vector<double>& p = prediction.probabilities[k];
  Target target{.name = wanted, .output = k, .weights = std::vector<real>(p.size(), 0)};
  if (k > 0) {
    target.weights[sample >= 0 ? static_cast<size_t>(sample) : largest(p)] = 1;
    return target;
  }
  const double half = p[largest(p)] / 2;
  const auto count = std::count_if(p.begin(), p.end(), [&](double v) { return v >= half; });
  for (size_t i = 0; i < p.size(); ++i)
    if (p[i] >= half) target.weights[i] = 1 / static_cast<real>(count);
  return target;
}

Derivatives differentiate(const ExplainedModel& model, const Target& target, std::span<const real> windows,
                          const std::string& layer) {
  require(layer.empty() || std::find(model.layers.begin(), model.layers.end(), layer) != model.layers.end(),
          "explain: ", model.name, " has no layer \"", layer, "\" to make maps of, but ", list_of(model.layers));
  const Tensor x = tensor_of(model, windows);
  x.set_requires_grad();
  Tape tape;
  Tensor seen;
  Pass pass;
  pass.watch = [&](const std::string& name, const Tensor& value) {
    if (name == layer) seen = value;
  };
  const Tensor y = model.logits(x, pass)[target.output];
  std::vector<real> weights;
  for (int64_t i = 0; i < x.shape()[0]; ++i)
    weights.insert(weights.end(), target.weights.begin(), target.weights.end());
  const Tensor dy = Tensor::from(y.shape(), std::span<const real>(weights), model.device);
  const std::vector<Tensor> slopes = tape.gradients(y, dy, {x, seen});

  Derivatives d;
  const std::vector<double> logits = doubles(y);
  const size_t width = target.weights.size();
  for (size_t i = 0; i < logits.size(); i += width)
    d.score.push_back(weighted(
        {logits.begin() + static_cast<std::ptrdiff_t>(i), logits.begin() + static_cast<std::ptrdiff_t>(i + width)},
        target.weights));
  d.input = doubles(slopes[0]);
  if (layer.empty()) return d;
  require(static_cast<bool>(slopes[1]), "explain: ", target.name, " does not depend on layer ", layer);
  const bool turn = steps_first(layer);
  const Tensor activation = turn ? transpose(seen.detach()) : seen, gradient = turn ? transpose(slopes[1]) : slopes[1];
  d.channels = activation.shape()[1], d.steps = activation.shape()[2];
  d.activation = doubles(activation), d.gradient = doubles(gradient);
  return d;
}

}  // namespace seisgrad
