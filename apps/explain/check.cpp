// explain check: deletion, random weights and completeness on labelled windows of the phase classifier.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "apps/device.h"
#include "apps/evaluate/model_score.h"
#include "apps/explain/check_report.h"
#include "apps/model/load.h"
#include "apps/model/pretrained.h"
#include "apps/report/folder.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/phase_examples.h"
#include "kernels/parallel.h"
#include "models/weights.h"
#include "tensor/crc32c.h"

namespace seisgrad {
namespace {

TraceSource source_of(const ExplainCheckOptions& o, const std::string& file) {
  EvaluateOptions named;
  named.model = file, named.data = o.data, named.part = o.part;
  TraceSource source = evaluated_source(named);
  if (!source.info) source.info = [read = source.read](int64_t i) { return read(i).info; };  // of a generator
  return source;
}

// One window: all maps, and what masking by each of them does.
CheckedWindow checked(const ExplainedModel& model, const Target& target, const std::vector<real>& window,
                      const std::string& name, double probability, const MapOptions& options) {
  const uint32_t id = crc32c(name);
  const NoisyMaps maps = noisy_maps(model, target, window, id, options);
  const IntegratedGradients integrated = integrated_gradients(model, target, window);
  const auto deletion = [&](const std::vector<double>& map) {
    return delete_by(model, target, window, map, options.seed, id);
  };
  return {.name = name,
          .target = target.name,
          .probability = probability,
          .deletion = {deletion(maps.cam(CamAlpha::paper)), deletion(maps.cam(CamAlpha::port)),
                       deletion(maps.cam(CamAlpha::local)), deletion(over_components(magnitudes(maps.gradient))),
                       deletion(over_components(integrated.values))},
          .completeness_error = integrated.completeness_error(),
          .integration_steps = integrated.steps};
}

}  // namespace

int explain_check(const ExplainCheckOptions& o) {
  constexpr size_t most_randomised = 20;  // windows whose maps are made once a layer
  if (o.common.threads > 0) set_thread_count(o.common.threads);
  const Device device = choose_device(o.common.device).device;
  const std::string file = model_file(o.common.model.empty() ? "phase_classifier" : o.common.model);
  require(kind_of_model(file) == "phase_classifier", "explain check: ", file,
          " is an EQTransformer; the checks are of the phase classifier");
  const Loaded<PhaseClassifier> loaded = read_phase_classifier(file);
  const ScanSettings settings = settings_from_json(loaded.notes.preprocessing);
  const ExplainedModel model = explained(loaded.model, settings, model_name(file), device);
  PhaseExampleOptions windows{.seed = o.maps.seed, .classes = model.targets, .samples = model.length};
  windows.profile = settings.profile, windows.training = false;
  if (o.filtered) windows.profile.band_pass = false, windows.profile.taper_seconds = 0;
  const TrainingTraces traces({source_of(o, file)});
  std::vector<ExampleRef> refs = phase_refs(traces.sources(), windows);
  require(!refs.empty(), o.data, ": no trace of its part \"", o.part, "\" gives a window");
  const Order order(std::move(refs), {.seed = o.maps.seed, .weights = {}, .balance = true});
  const PhaseExamples examples(traces, order, windows);
  make_folder(o.common.out);

  CheckResult result;
  std::vector<RandomisedCase> cases;
  const InterruptGuard guard;
  std::optional<Progress> progress;
  if (!o.common.quiet) progress.emplace("checking", "windows", std::min(o.windows, examples.positions()));
  for (int64_t i = 0; i < examples.positions() && static_cast<int64_t>(result.windows.size()) < o.windows; ++i) {
    if (guard.interrupted()) throw Interrupted("interrupted; nothing is written");
    std::vector<float> input(static_cast<size_t>(3 * model.length));
    const auto truth = static_cast<size_t>(examples.make(0, i, input, {}));
    const std::vector<real> window(input.begin(), input.end());
    const Prediction prediction = predict(model, window);
    const Target target = target_of(model, prediction, "");
    ++result.tried;
    if (target.name != model.targets[truth]) continue;
    const std::string name = joined(i);
    result.windows.push_back(checked(model, target, window, name, prediction.probability(target), o.maps));
    if (cases.size() < most_randomised) cases.push_back({window, target.name, crc32c(name)});
    if (progress) progress->advance();
  }
  require(!result.windows.empty(), o.data, ": the model gets none of ", result.tried, " windows right");
  result.stages = randomise_weights(loaded.model, settings, cases, o.maps, device);
  result.randomised = static_cast<int64_t>(cases.size());
  write_check(o, model, result);
  return 0;
}

}  // namespace seisgrad
