#include "apps/evaluate/phase_score.h"

#include <algorithm>
#include <cmath>

#include "data/time.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

std::vector<Match> matches_of(const PickGroup& group, double tolerance, double threshold, Counts& counts) {
  std::vector<std::int64_t> times;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < group.picks.size(); ++i)
    if (group.picks[i].probability >= threshold) {
      times.push_back(group.picks[i].time);
      numbers.push_back(i);
    }
  std::vector<Match> matches =
      match_closest(times, group.references, std::llround(tolerance * static_cast<double>(ns_per_second)));
  counts.found += static_cast<std::int64_t>(matches.size());
  counts.extra += static_cast<std::int64_t>(times.size() - matches.size());
  counts.missed += static_cast<std::int64_t>(group.references.size() - matches.size());
  for (Match& m : matches) m.pick = numbers[m.pick];
  return matches;
}

}  // namespace

const SweepPoint& PhaseScore::best() const {
  return *std::max_element(sweep.begin(), sweep.end(),
                           [](const SweepPoint& a, const SweepPoint& b) { return a.counts.f1() < b.counts.f1(); });
}

PhaseScore score_phase(std::string phase, std::span<const PickGroup> groups, std::span<const double> tolerances) {
  require(!tolerances.empty(), "score: no tolerance given");
  for (const double t : tolerances) require(t > 0 && t < 1e4, "score: a tolerance must be above 0 s, got ", t, " s");
  PhaseScore score;
  score.phase = std::move(phase);
  score.at.resize(tolerances.size());
  std::vector<ScoredCase> cases;
  for (const PickGroup& group : groups) {
    score.picks += static_cast<std::int64_t>(group.picks.size());
    score.references += static_cast<std::int64_t>(group.references.size());
    for (std::size_t t = 1; t < tolerances.size(); ++t) matches_of(group, tolerances[t], 0, score.at[t]);
    score.matches.push_back(matches_of(group, tolerances[0], 0, score.at[0]));
    std::vector<bool> matched(group.picks.size());
    for (const Match& m : score.matches.back()) {
      matched[m.pick] = true;
      score.residuals.push_back(static_cast<double>(group.picks[m.pick].time - group.references[m.reference]) /
                                static_cast<double>(ns_per_second));
    }
    for (std::size_t i = 0; i < group.picks.size(); ++i) cases.push_back({group.picks[i].probability, matched[i]});
  }
  score.residual = statistics_of(score.residuals);
  score.reliability = reliability_of(cases);
  for (int percent = 2; percent <= 98; percent += 2) {
    SweepPoint point{percent / 100.0, {}};
    for (const PickGroup& group : groups) matches_of(group, tolerances[0], point.threshold, point.counts);
    score.sweep.push_back(point);
  }
  return score;
}

}  // namespace seisgrad
