// A figure of each event of a scan: the components as the network saw them, the probabilities, the picks.
#pragma once
#include <string>
#include <vector>

#include "apps/report/svg.h"
#include "apps/scan/picker.h"
#include "data/components.h"

namespace seisgrad {

// One phase of a segment: its probability at each sample, and what was picked.
struct PhaseTrace {
  std::string phase;  // "P", "S", "PgSg"
  std::vector<float> probability;
  std::vector<Peak> picks;
};

// Samples [begin, end) of a segment that got no score.
struct UnscoredSpan {
  int64_t begin, end;
  std::string reason;
};

// More about a pick of the phase classifier, which has triggers: a row of triggers.csv.
struct TriggerRow {
  std::string phase;
  int64_t pick, strongest;  // samples: the pick, and where the score is largest
  double score;             // -log10(1 - p) there
  double seconds;           // that the trigger lasted
};

// A pick of the phase classifier as a bulletin names it: a row of phases.csv.
struct NamedPick {
  std::string phase;  // P, S, Pg, Sg
  Peak peak;
};

// What was found in one segment.
struct ScoredSegment {
  std::vector<float> detection;  // probability of any signal, one a sample
  std::vector<Run> runs;         // detections
  std::vector<PhaseTrace> phases;
  std::vector<UnscoredSpan> unscored = {};  // sorted
  std::vector<TriggerRow> triggers = {};
  std::vector<NamedPick> named = {};
};

// A stretch of samples [begin, end) worth a figure.
struct EventSpan {
  int64_t begin, end;
  bool operator==(const EventSpan&) const = default;
};

// Detections and picks that lie within `join` samples of each other make one event; each gets `margin` samples on both
// sides, cut at the ends of the segment.
std::vector<EventSpan> event_spans(const ScoredSegment& scored, int64_t samples, int64_t join, int64_t margin);

// One panel a component (as preprocessed), one of the probabilities; detections shaded, picks as lines. Refers to the
// values of its arguments.
Figure event_figure(const ComponentSegment& segment, const ScoredSegment& scored, EventSpan span);
std::string event_svg(const ComponentSegment& segment, const ScoredSegment& scored, EventSpan span);

}  // namespace seisgrad
