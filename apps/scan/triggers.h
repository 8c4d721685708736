// From the phase classifier's probability at each place of its window to picks: hysteresis, joined runs, one pick each
// (docs/evaluation.md has the figure of a run).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace seisgrad {

struct TriggerOptions {
  float on = 0.95f, off = 0.7f;  // a run begins where p >= on and lasts while p >= off
  int64_t join = 10;             // runs less than so many places apart are one
  int64_t dead = 50;             // of triggers closer than this the stronger one stays
};

struct Trigger {
  int64_t on, off;    // first and last place of the run
  double centre;      // the place picked: centroid of g over the run's top half, where g is at least half its largest
  int64_t strongest;  // the place of the largest g
  float probability;  // there
  double score;       // g there
};

// p: probabilities; g = -log10(1 - p), which still tells apart what p has rounded to 1. Equal lengths. Sorted by
// centre.
std::vector<Trigger> find_triggers(std::span<const float> p, std::span<const float> g, const TriggerOptions& options);

}  // namespace seisgrad
