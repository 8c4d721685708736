#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "apps/device.h"
#include "apps/evaluate/model_score.h"
#include "apps/model/load.h"
#include "apps/model/settings.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/phase_examples.h"
#include "models/weights.h"

namespace seisgrad {
namespace {

// Adds a model's probabilities, (examples,classes), to `sums`.
void add_probabilities(const PhaseClassifier& model, const Tensor& x, std::vector<double>& sums) {
  const Tensor logits = model(x).to(Device::cpu);
  const auto classes = static_cast<size_t>(logits.shape()[1]);
  for (size_t i = 0; i < sums.size(); i += classes) {
    const auto row = logits.values().subspan(i, classes);
    const double most = *std::max_element(row.begin(), row.end());
    double all = 0;
    for (const real l : row) all += std::exp(l - most);
    for (size_t k = 0; k < classes; ++k) sums[i + k] += std::exp(row[k] - most) / all;
  }
}

void add_cases(std::span<const double> p, size_t truth, ClassifierScore& score) {
  for (size_t k = 0; k < p.size(); ++k) score.cases[k].push_back({p[k], k == truth});
  const auto taken = static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin());
  score.confusion.add(truth, taken);
  score.sure.push_back({p[taken], taken == truth});
}

}  // namespace

ClassifierScore score_classifier(const EvaluateOptions& o) {
  require(o.dropout_passes == 0, "evaluate: Monte Carlo dropout is EQTransformer's; the classifier has an ensemble");
  const Device device = choose_device(o.device).device;
  std::vector<PhaseClassifier> models;
  std::string name;
  ScanSettings settings;
  std::vector<std::string> files = {o.model};
  files.insert(files.end(), o.ensemble.begin(), o.ensemble.end());
  for (const std::string& file : files) {
    Loaded<PhaseClassifier> loaded = read_phase_classifier(file);
    const ScanSettings own = settings_from_json(loaded.notes.preprocessing);
    if (models.empty()) settings = own;
    require(models.empty() ||
                (own.profile == settings.profile && loaded.model.config().samples == models[0].config().samples &&
                 loaded.model.config().classes == models[0].config().classes),
            "evaluate: ", file, " has another window, classes or preprocessing than ", o.model,
            "; they make no ensemble");
    move_to(loaded.model, device);
    name += (name.empty() ? "" : "+") + model_name(file);
    models.push_back(std::move(loaded.model));
  }
  const PhaseClassifierConfig& config = models[0].config();
  const size_t classes = config.classes.size();
  PhaseExampleOptions options{.seed = o.seed, .classes = config.classes, .samples = config.samples, .training = false};
  options.profile = settings.profile;
  if (o.filtered) options.profile.band_pass = false, options.profile.taper_seconds = 0;
  const TrainingTraces traces({evaluated_source(o)});
  std::vector<ExampleRef> refs = phase_refs(traces.sources(), options);
  require(!refs.empty(), o.data, ": no trace of its part \"", o.part, "\" gives a window");
  const Order order(std::move(refs), {});
  const PhaseExamples examples(traces, order, options);

  ClassifierScore score{name, Confusion(config.classes), std::vector<std::vector<ScoredCase>>(classes), {}, {}};
  const InterruptGuard guard;
  std::optional<Progress> progress;
  if (!o.quiet) progress.emplace("evaluating", "windows", examples.positions());
  for (int64_t at = 0; at < examples.positions(); at += o.batch) {
    if (guard.interrupted()) throw Interrupted("interrupted; nothing is written");
    const int64_t count = std::min(o.batch, examples.positions() - at), size = 3 * config.samples;
    std::vector<float> input(static_cast<size_t>(count * size));
    std::vector<size_t> truth;
    for (int64_t i = 0; i < count; ++i)
      truth.push_back(static_cast<size_t>(examples.make(
          0, at + i, std::span(input).subspan(static_cast<size_t>(i * size), static_cast<size_t>(size)), {})));
    const std::vector<real> values(input.begin(), input.end());
    const Tensor x = Tensor::from({count, 3, config.samples}, std::span<const real>(values), device);
    std::vector<double> p(static_cast<size_t>(count) * classes, 0.0);
    for (const PhaseClassifier& model : models) add_probabilities(model, x, p);
    for (double& v : p) v /= static_cast<double>(models.size());
    for (size_t i = 0; i < truth.size(); ++i) add_cases(std::span(p).subspan(i * classes, classes), truth[i], score);
    if (progress) progress->advance(count);
  }
  score.bad = traces.bad();
  return score;
}

}  // namespace seisgrad
