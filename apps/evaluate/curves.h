// How well a score tells two classes apart and how far it can be read as a probability; confusion of classes.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace seisgrad {

struct ScoredCase {
  double score;
  bool truth;
};

// One point for each score that occurs, as the threshold falls through them: all cases of that score or more count as
// positive. Sorted by falling threshold.
struct OperatingPoint {
  double threshold;
  std::int64_t true_positives, false_positives;
};
struct RankedCurve {
  std::int64_t positives = 0, negatives = 0;
  std::vector<OperatingPoint> points;

  double recall(const OperatingPoint& p) const;
  double precision(const OperatingPoint& p) const;
  double false_positive_rate(const OperatingPoint& p) const;
  // Area under the ROC curve: the chance that a positive case outranks a negative one, ties counting half; 0.5 where
  // one class is absent.
  double roc_area() const;
  // Mean over the positives of the precision at their score; 0 without any.
  double average_precision() const;
};
RankedCurve ranked_curve(std::vector<ScoredCase> cases);

// Cases in bins of their score, 0..1: a probability holds if in each bin the share of true cases is the mean score.
struct Reliability {
  struct Bin {
    std::int64_t count = 0;
    double mean_score = 0, share_true = 0;
  };
  std::vector<Bin> bins;
  // Mean over the cases of |mean score - share true| of their bin.
  double expected_error() const;
};
Reliability reliability_of(const std::vector<ScoredCase>& cases, int bins = 10);

// counts: (truth, predicted), row by row.
struct Confusion {
  std::vector<std::string> classes;
  std::vector<std::int64_t> counts;

  explicit Confusion(std::vector<std::string> names)
      : classes(std::move(names)), counts(classes.size() * classes.size()) {}
  void add(size_t truth, size_t predicted) { ++counts[truth * classes.size() + predicted]; }
  std::int64_t at(size_t truth, size_t predicted) const { return counts[truth * classes.size() + predicted]; }
  std::int64_t total() const;
  double accuracy() const;  // 0 of nothing
};

}  // namespace seisgrad
