// The score of one picker on one phase: counts at several tolerances, residuals, thresholds.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "apps/evaluate/curves.h"
#include "apps/evaluate/matching.h"
#include "apps/evaluate/metrics.h"

namespace seisgrad {

// Picks and reference arrivals of one phase that may be matched with each other: those of one station or one trace.
struct PickGroup {
  struct Pick {
    std::int64_t time;  // ns
    double probability;
  };
  std::vector<Pick> picks;
  std::vector<std::int64_t> references;  // ns
};

struct SweepPoint {
  double threshold;
  Counts counts;
};

struct PhaseScore {
  std::string phase;
  std::int64_t picks = 0, references = 0;
  std::vector<Counts> at;                   // one a tolerance
  std::vector<std::vector<Match>> matches;  // one list a group, at the first tolerance
  std::vector<double> residuals;            // of these, in seconds
  ResidualStatistics residual;
  std::vector<SweepPoint> sweep;  // picks of at least 0.02, 0.04 .. 0.98, at the first tolerance
  Reliability reliability;        // of probability against being matched

  // Of the best F1, the lowest threshold. It is chosen on the very data it is scored on, so it flatters.
  const SweepPoint& best() const;
};

// tolerances: seconds, at least one; the first is the one for matches, residuals and thresholds.
PhaseScore score_phase(std::string phase, std::span<const PickGroup> groups, std::span<const double> tolerances);

// Everything about one picker that a table has; phases in the order of the table.
struct PickerScore {
  std::string name;
  std::vector<PhaseScore> phases;
  // Of the time from P to S, where both were found: mean of |error| / (S - P), in percent.
  std::int64_t s_minus_p_count = 0;
  double s_minus_p_percent = 0;
};

}  // namespace seisgrad
