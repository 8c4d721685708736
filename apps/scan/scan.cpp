#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <optional>

#include "apps/device.h"
#include "apps/model/load.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/scan/options.h"
#include "apps/scan/results.h"
#include "apps/scan/score.h"
#include "apps/scan/windows.h"
#include "autograd/ops.h"
#include "data/preprocess.h"
#include "data/reader.h"
#include "kernels/parallel.h"

namespace seisgrad {
namespace {

// The inputs as three-component segments at the model's rate, and what became of everything else.
struct Input {
  ReadReport read;
  MergeReport merge;
  Components components;
  std::vector<Excluded> skipped;  // spans of single streams that no component segment holds
};

Input prepare(const std::vector<std::string>& inputs, const PreprocessingProfile& profile, bool quiet,
              const InterruptGuard& guard) {
  Input input;
  std::vector<Piece> pieces;
  {
    const std::vector<std::string> files = find_files(inputs);
    std::optional<Progress> progress;
    if (!quiet) progress.emplace("reading", "files", static_cast<int64_t>(files.size()));
    for (const std::string& file : files) {
      if (guard.interrupted()) break;
      read_file(
          file, {}, [&](Piece piece) { pieces.push_back(std::move(piece)); }, input.read);
      if (progress) progress->advance();
    }
  }
  std::vector<Segment> segments = merge_pieces(std::move(pieces), input.merge);
  input.skipped = gaps_of(segments, input.read.excluded);
  segments = preprocess(std::move(segments), profile, input.skipped);
  input.components = group_components(segments);
  input.skipped.insert(input.skipped.end(), input.components.excluded.begin(), input.components.excluded.end());
  return input;
}

ScoredSegment pick(Probabilities probabilities, const ScanOptions& options, const ScanSettings& settings) {
  const int64_t dead = std::llround(options.dead_time * settings.profile.rate);
  const float p_threshold = options.p_threshold.value_or(settings.p_threshold);
  const float s_threshold = options.s_threshold.value_or(settings.s_threshold);
  ScoredSegment scored{.detection = std::move(probabilities.detection),
                       .p = std::move(probabilities.p),
                       .s = std::move(probabilities.s),
                       .runs = {},
                       .p_picks = {},
                       .s_picks = {}};
  scored.runs = find_runs(scored.detection, options.detection_threshold.value_or(settings.detection_threshold));
  scored.p_picks = find_peaks(scored.p, p_threshold, dead);
  scored.s_picks = find_peaks(scored.s, s_threshold, dead);
  if (options.require_detection) {
    PairedPeaks paired = pair_with_runs(scored.runs, scored.p_picks, scored.s_picks);
    scored.p_picks = std::move(paired.p);
    scored.s_picks = std::move(paired.s);
  }
  return scored;
}

WindowOptions window_options(const PreprocessingProfile& profile, int64_t filled) {
  require(profile.normalisation != Normalisation::max_joint, "scan: EQTransformer is never trained on max_joint");
  const WindowScale scale = profile.normalisation == Normalisation::std_per_channel   ? WindowScale::std_per_channel
                            : profile.normalisation == Normalisation::max_per_channel ? WindowScale::max_per_channel
                                                                                      : WindowScale::std_joint;
  return {.scale = scale, .filled = filled, .taper = profile.window_taper_samples};
}

int64_t count_windows(const std::vector<ComponentSegment>& segments, const WindowPlan& plan) {
  int64_t windows = 0;
  for (const ComponentSegment& s : segments)
    windows += static_cast<int64_t>(window_starts(s.size(), plan.length, plan.stride).size());
  return windows;
}

}  // namespace

int scan(const ScanOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  if (options.threads > 0) set_thread_count(options.threads);
  const DeviceChoice chosen = choose_device(options.device);
  if (!options.quiet) std::fprintf(stderr, "%s\n", chosen.line.c_str());
  const LoadedModel loaded = load_eqtransformer(options.model);
  const ScanSettings settings = settings_from_json(loaded.preprocessing);
  const WindowPlan plan = window_plan(options, settings, loaded.model.config());
  const EQTransformer& model = loaded.model;
  move_to(model, chosen.device);
  const auto network_for = [&](int64_t filled) -> Inference::Network {
    return [&model, window = window_options(settings.profile, filled)](const Tensor& x) -> Inference::Outputs {
      auto y = model(normalise_windows(x, window));
      return {std::move(y.detection), std::move(y.p), std::move(y.s)};
    };
  };
  Inference network(network_for(plan.length), plan.length, options.batch, chosen.device);

  Results results(options.out, loaded.name);  // early: a folder that cannot be written is said before hours of work
  const InterruptGuard guard;
  Input input = prepare(options.inputs, settings.profile, options.quiet, guard);
  ScanSummary summary{.read = input.read, .merge = input.merge, .device = chosen.line};
  for (const Excluded& span : input.skipped) results.skipped(span);

  std::exception_ptr failure;
  bool any_scored = false;
  std::string reason = "interrupted";
  {
    std::optional<Progress> progress;
    if (!options.quiet) progress.emplace("scanning", "windows", count_windows(input.components.segments, plan));
    for (const ComponentSegment& segment : input.components.segments) {
      const auto windows_done = [&](int64_t windows) {
        summary.windows += windows;
        if (progress) progress->advance(windows);
        return !guard.interrupted();
      };
      std::optional<Probabilities> probabilities;
      try {
        std::optional<Inference> one;  // for one window with padding
        if (segment.size() < plan.length) one.emplace(network_for(segment.size()), plan.length, 1, chosen.device);
        if (!guard.interrupted() && !failure)
          probabilities = score(one ? *one : network, segment, plan, settings.profile, windows_done);
      } catch (const std::domain_error& error) {  // of this segment
        results.unscored(segment, error.what());
        continue;
      } catch (const std::exception& error) {  // of the machine: nothing more can be scored
        failure = std::current_exception();
        reason = error.what();
      }
      if (!probabilities) {
        results.unscored(segment, reason);
        continue;
      }
      const ScoredSegment scored = pick(std::move(*probabilities), options, settings);
      results.scored(segment, scored, plan.length);
      any_scored = true;
      if (options.plots) results.plot(segment, scored);
      if (!options.probabilities.empty()) results.write_probabilities(segment, scored, options.probabilities);
    }
  }
  if (failure && !any_scored) std::rethrow_exception(failure);  // an earlier scan's results may be there: leave them
  results.write();
  summary.interrupted = guard.interrupted();
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  summary.batch = network.batch();
  results.write_summary(options, settings, summary);
  if (failure) std::rethrow_exception(failure);
  if (!options.quiet) results.print_summary(summary);
  return summary.interrupted ? 130 : 0;
}

}  // namespace seisgrad
