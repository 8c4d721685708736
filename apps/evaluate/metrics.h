// Counts of found, extra and missed; statistics of residuals.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace seisgrad {

// found: true positives; extra: false positives (or what the reference does not know); missed: false negatives.
// Ratios whose divisor is 0 are 0.
struct Counts {
  std::int64_t found = 0, extra = 0, missed = 0;

  double precision() const { return ratio(found, found + extra); }
  double recall() const { return ratio(found, found + missed); }
  double f1() const { return ratio(2 * found, 2 * found + extra + missed); }
  friend bool operator==(const Counts&, const Counts&) = default;

 private:
  static double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
  }
};

// The 95 % interval of a proportion (Wilson 1927): what `hits` of `trials` say about the true rate.
struct Interval {
  double low, high;
};
Interval wilson(std::int64_t hits, std::int64_t trials);

// Of pick minus reference, in seconds: positive is late. All are 0 where there is none.
struct ResidualStatistics {
  std::int64_t count = 0;
  double mean = 0, deviation = 0;  // standard deviation of the population
  double mean_absolute = 0;
  double median = 0;
  double median_deviation = 0;  // median of |r - median|
};
ResidualStatistics statistics_of(std::span<const double> residuals);

// Mean of the two middle values; 0 of nothing.
double median_of(std::vector<double> values);

}  // namespace seisgrad
