// From probability traces to detections and picks.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace seisgrad {

struct Peak {
  int64_t sample;
  float probability;
  bool operator==(const Peak&) const = default;
};

// Local maxima of at least `threshold`: the left-most sample of a plateau that is entered rising and not left rising;
// neither the first nor the last sample (EQTransformer's rule). Of peaks closer than `dead_samples` the more probable
// is kept (the earlier if equal), strongest first. Sorted by sample.
std::vector<Peak> find_peaks(std::span<const float> trace, float threshold, int64_t dead_samples);

// A detection: samples on..off, both included, where the trace is at least the threshold.
struct Run {
  int64_t on, off;
  double probability;  // mean of the trace over on..off
  bool operator==(const Run&) const = default;
};
std::vector<Run> find_runs(std::span<const float> trace, float threshold);

// EQTransformer's own picker: for each run longer than 10 samples at most one S, the first inside it, and at most one
// P, the most probable from 100 samples before it to 10 before the S, or to its end without an S. The same sample is
// not picked twice.
struct PairedPeaks {
  std::vector<Peak> p, s;
};
PairedPeaks pair_with_runs(std::span<const Run> runs, std::span<const Peak> p, std::span<const Peak> s);

}  // namespace seisgrad
