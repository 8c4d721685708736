// Counts and residuals against the threshold (figure 8 b of Shen & Wu 2022), on the axis of score, -log10(1 - p).
#pragma once
#include <string>
#include <vector>

#include "apps/evaluate/metrics.h"
#include "apps/study/findings.h"

namespace seisgrad {

struct ThresholdRow {
  double score;      // picks of at least so much count
  std::string name;  // of the class
  std::int64_t expected = 0, found = 0;
  std::int64_t unmatched = 0;   // picks of no expected arrival; of these
  std::int64_t false_ones = 0;  // those that no later phase, split window, unclear pair or missing event explains
  double days = 0;              // scanned, of all stations
  ResidualStatistics residual = {};

  double probability() const;
  double false_per_day() const { return days > 0 ? static_cast<double>(false_ones) / days : 0; }
};

// Names of the classes that picks or wanted arrivals have, sorted.
std::vector<std::string> class_names(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations);

// p of 0.5 to 0.999 in steps of 0.1 of the score; at each one a row a class, picks paired anew.
std::vector<ThresholdRow> sweep_thresholds(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                                           const std::vector<ListedArrival>& analysts);

// The rows of one threshold; all picks count.
std::vector<ThresholdRow> counts_of(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                                    const Classes& classes, std::span<const Finding> findings, double score);

}  // namespace seisgrad
