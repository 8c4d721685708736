#include "apps/explain/picks.h"

#include <algorithm>
#include <cstdio>

namespace seisgrad {

static ExplainedModel only_model(const ScanOptions& options, Device device) {
  require(options.model != "sta-lta", "scan: --explain is of a network; sta-lta is none");
  require(options.ensemble.empty(), "scan: --explain is of one model, not of an ensemble");
  return load_explained(options.model, device);
}

PickExplanations::PickExplanations(const ScanOptions& options, Device device)
    : model_(only_model(options, device)), most_(options.explain) {}

void PickExplanations::add(const ComponentSegment& segment, const ScoredSegment& scored) {
  for (const PhaseTrace& trace : scored.phases) {
    const auto same = [&](const auto& p) { return p.first == trace.phase; };
    auto phase = std::find_if(phases_.begin(), phases_.end(), same);
    if (phase == phases_.end()) phase = phases_.insert(phases_.end(), {trace.phase, {}});
    std::vector<Kept>& kept = phase->second;
    for (const Peak& pick : trace.picks) {
      const auto place = std::upper_bound(kept.begin(), kept.end(), static_cast<double>(pick.probability),
                                          [](double p, const Kept& k) { return p > k.probability; });
      if (place - kept.begin() >= most_) continue;
      const int64_t begin = window_of_pick(model_, pick.sample, segment.size());
      Case window = case_of(to_string(segment.group) + " " + to_iso(segment.time_of(pick.sample)) + " " + trace.phase,
                            segment, scored, begin, model_.length);
      window.target = trace.phase;
      window.sample = pick.sample - begin;
      kept.insert(place, {pick.probability, std::move(window)});
      if (static_cast<int64_t>(kept.size()) > most_) kept.pop_back();
    }
  }
}

bool PickExplanations::write(const ScanOptions& options, const InterruptGuard& guard) const {
  std::vector<Case> cases;
  for (const auto& phase : phases_)
    for (const Kept& k : phase.second) cases.push_back(k.window);
  if (cases.empty()) return true;
  const std::string folder = options.out + "/explain";
  MapOptions maps;
  maps.seed = options.seed;
  const size_t done = explain_cases(model_, cases, {}, maps, folder, options.quiet, guard);
  if (!options.quiet) std::printf("%zu picks explained in %s/index.html\n", done, folder.c_str());
  return done == cases.size();
}

}  // namespace seisgrad
