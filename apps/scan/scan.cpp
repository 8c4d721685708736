#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>

#include "apps/device.h"
#include "apps/explain/picks.h"
#include "apps/model/pretrained.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/scan/finder.h"
#include "apps/scan/results.h"
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

int64_t count_windows(const std::vector<ComponentSegment>& segments, const Finder& finder) {
  int64_t windows = 0;
  for (const ComponentSegment& s : segments) windows += finder.windows(s.size());
  return windows;
}

// With the files of shipped models in the place of their names; said where the user named none.
ScanOptions with_files(ScanOptions options) {
  const bool chosen = !options.model.empty();
  options.model = model_file(chosen ? options.model : default_model);
  for (std::string& model : options.ensemble) model = model_file(model);
  if (!chosen && !options.quiet) std::fprintf(stderr, "model %s, shipped with seisgrad\n", options.model.c_str());
  return options;
}

}  // namespace

int scan(const ScanOptions& given) {
  const auto began = std::chrono::steady_clock::now();
  const ScanOptions options = with_files(given);
  if (options.threads > 0) set_thread_count(options.threads);
  const DeviceChoice chosen = choose_device(options.device);
  if (!options.quiet) std::fprintf(stderr, "%s\n", chosen.line.c_str());
  Finder finder = make_finder(options, chosen);
  if (options.lowest_rate) finder.settings.profile.lowest_input_rate = *options.lowest_rate;
  std::optional<PickExplanations> explanations;
  if (options.explain > 0) explanations.emplace(options, chosen.device);
  // early: a folder that cannot be written is said before hours of work
  Results results(options.out, finder.name, finder.spread != nullptr);
  const InterruptGuard guard;
  Input input = prepare(options.inputs, finder.settings.profile, options.quiet, guard);
  ScanSummary summary{.read = input.read, .merge = input.merge, .device = chosen.line};
  for (const Excluded& span : input.skipped) results.skipped(span);

  std::exception_ptr failure;
  bool any_scored = false;
  std::string reason = "interrupted";
  {
    std::optional<Progress> progress;
    if (!options.quiet) progress.emplace("scanning", "windows", count_windows(input.components.segments, finder));
    for (const ComponentSegment& segment : input.components.segments) {
      const auto windows_done = [&](int64_t windows) {
        summary.windows += windows;
        if (progress) progress->advance(windows);
        return !guard.interrupted();
      };
      std::optional<ScoredSegment> scored;
      std::vector<std::vector<PickSpread>> spreads;
      try {
        if (!guard.interrupted() && !failure) scored = finder.find(segment, windows_done);
        if (scored && finder.spread) spreads = finder.spread(segment, *scored);
      } catch (const std::domain_error& error) {  // of this segment
        results.unscored(segment, error.what());
        continue;
      } catch (const std::exception& error) {  // of the machine: nothing more can be scored
        failure = std::current_exception();
        reason = error.what();
        scored.reset();
      }
      if (!scored) {
        results.unscored(segment, reason);
        continue;
      }
      results.scored(segment, *scored, finder.window, spreads);
      any_scored = true;
      if (explanations) explanations->add(segment, *scored);
      if (options.plots) results.plot(segment, *scored);
      if (!options.probabilities.empty()) results.write_probabilities(segment, *scored, options.probabilities);
    }
  }
  if (failure && !any_scored) std::rethrow_exception(failure);  // an earlier scan's results may be there: leave them
  results.write();
  summary.interrupted = guard.interrupted();
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  summary.batch = finder.batch();
  results.write_summary(options, finder.settings, summary);
  if (failure) std::rethrow_exception(failure);
  if (!options.quiet) results.print_summary(summary);
  const bool explained = !explanations || explanations->write(options, guard);
  return summary.interrupted || !explained ? 130 : 0;
}

}  // namespace seisgrad
