// Picks by EQTransformer, or by the mean of several.
#include <cmath>

#include "apps/model/load.h"
#include "apps/scan/finder.h"
#include "apps/scan/picker.h"
#include "apps/scan/score.h"
#include "apps/scan/uncertainty.h"
#include "apps/scan/windows.h"
#include "autograd/ops.h"

namespace seisgrad {
namespace {

struct Ensemble {
  std::vector<EQTransformer> models;
  std::string name;
  ScanSettings settings;
  WindowPlan plan;
  Pass pass;
};

std::shared_ptr<const Ensemble> load(const ScanOptions& options, Device device) {
  auto e = std::make_shared<Ensemble>();
  e->pass.precision = choose_precision(options.precision, device);
  for (const std::string& file : model_files(options)) {
    LoadedModel loaded = load_eqtransformer(file);
    const ScanSettings settings = settings_from_json(loaded.preprocessing);
    if (e->models.empty()) e->settings = settings;
    require(settings.profile == e->settings.profile &&
                loaded.model.config().samples == (e->models.empty() ? loaded.model : e->models[0]).config().samples,
            "scan: ", file, " has another window or preprocessing than ", options.model, "; they make no ensemble");
    move_to(loaded.model, device);
    e->name += (e->name.empty() ? "" : "+") + loaded.name;
    e->models.push_back(std::move(loaded.model));
  }
  e->plan = window_plan(options, e->settings, e->models[0].config());
  return e;
}

Inference::Outputs mean_outputs(const Ensemble& ensemble, const Tensor& x) {
  Inference::Outputs sum;
  for (const EQTransformer& model : ensemble.models) {
    auto y = model(x, ensemble.pass);
    if (sum.empty()) sum = {y.detection, y.p, y.s};
    else sum = {add(sum[0], y.detection), add(sum[1], y.p), add(sum[2], y.s)};
  }
  if (ensemble.models.size() > 1)
    for (Tensor& t : sum) t = scale(t, 1 / static_cast<real>(ensemble.models.size()));
  return sum;
}

ScoredSegment pick(Probabilities probabilities, const ScanOptions& options, const ScanSettings& settings) {
  const int64_t dead = std::llround(options.dead_time.value_or(0.5) * settings.profile.rate);
  std::vector<Run> runs =
      find_runs(probabilities.detection, options.detection_threshold.value_or(settings.detection_threshold));
  PairedPeaks picks{find_peaks(probabilities.p, options.p_threshold.value_or(settings.p_threshold), dead),
                    find_peaks(probabilities.s, options.s_threshold.value_or(settings.s_threshold), dead)};
  if (options.require_detection) picks = pair_with_runs(runs, picks.p, picks.s);
  return {.detection = std::move(probabilities.detection),
          .runs = std::move(runs),
          .phases = {{"P", std::move(probabilities.p), std::move(picks.p)},
                     {"S", std::move(probabilities.s), std::move(picks.s)}}};
}

}  // namespace

Finder eqtransformer_finder(const ScanOptions& options, Device device) {
  const std::shared_ptr<const Ensemble> ensemble = load(options, device);
  const WindowPlan plan = ensemble->plan;
  const auto network_for = [=](int64_t filled) -> Inference::Network {
    return [=, window = window_options(ensemble->settings.profile, filled)](const Tensor& x) {
      return mean_outputs(*ensemble, normalise_windows(x, window));
    };
  };
  const std::vector<int64_t> widths(3, plan.length);
  const auto inference =
      std::make_shared<Inference>(network_for(plan.length), plan.length, widths, options.batch, device);

  Finder finder{.name = ensemble->name,
                .settings = ensemble->settings,
                .window = plan.length,
                .windows = {},
                .find = {},
                .batch = {}};
  finder.windows = [plan](int64_t samples) {
    return static_cast<int64_t>(window_starts(samples, plan.length, plan.stride).size());
  };
  finder.find = [=](const ComponentSegment& segment, const WindowsDone& done) -> std::optional<ScoredSegment> {
    std::optional<Inference> one;  // for one window with padding
    if (segment.size() < plan.length) one.emplace(network_for(segment.size()), plan.length, widths, 1, device);
    auto probabilities = score(one ? *one : *inference, segment, plan, ensemble->settings.profile, done);
    if (!probabilities) return std::nullopt;
    return pick(std::move(*probabilities), options, ensemble->settings);
  };
  finder.batch = [inference] { return inference->batch(); };
  if (options.dropout_passes > 0) {
    require(ensemble->models.size() == 1, "scan: Monte Carlo dropout is of one model, not of an ensemble");
    finder.spread = [=](const ComponentSegment& segment, const ScoredSegment& scored) {
      return pick_spreads(ensemble->models[0], segment, scored, ensemble->settings.profile,
                          {options.dropout_passes, options.seed}, device);
    };
  }
  return finder;
}

}  // namespace seisgrad
