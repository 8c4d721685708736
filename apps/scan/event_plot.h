// A figure of each event of a scan: the components as the network saw them, the probabilities, the picks.
#pragma once
#include <string>
#include <vector>

#include "apps/report/svg.h"
#include "apps/scan/picker.h"
#include "data/components.h"

namespace seisgrad {

// The stacked traces of one segment and what was found in them.
struct ScoredSegment {
  std::vector<float> detection, p, s;  // probabilities, one a sample
  std::vector<Run> runs;
  std::vector<Peak> p_picks, s_picks;
};

// A stretch of samples [begin, end) worth a figure.
struct EventSpan {
  int64_t begin, end;
  bool operator==(const EventSpan&) const = default;
};

// Detections and picks that lie within `join` samples of each other make one event; each gets `margin` samples on both
// sides, cut at the ends of the segment.
std::vector<EventSpan> event_spans(const ScoredSegment& scored, int64_t samples, int64_t join, int64_t margin);

// SVG: one panel a component (as preprocessed), one of the three probabilities; detections shaded, picks as lines.
std::string event_svg(const ComponentSegment& segment, const ScoredSegment& scored, EventSpan span);

}  // namespace seisgrad
