// Labelled traces from the records of one station: windows around its picks, and windows of noise.
//
// Picks that follow each other within `after` seconds share a trace, from `before` seconds ahead of the first to
// `after` behind the last, or what of this was recorded without a gap; so no stretch of record is in two traces. Noise
// comes from where nobody picked anything: at least `noise_distance` seconds from every pick of this station, and from
// the picks of any event anywhere, between whose first and last pick waves may be on their way.
#pragma once
#include <vector>

#include "data/bulletin.h"
#include "data/components.h"

namespace seisgrad {

struct CutOptions {
  double before = 60, after = 120, shortest = 60;  // s; shorter traces are not kept
  double noise_distance = 60;                      // s
  int noise_per_day = 20;                          // windows of noise, before + after long, spread evenly over the day
};

struct TimeSpan {
  Time begin, end;
};

// Where noise may not be, from the whole bulletin: sorted, not overlapping.
std::vector<TimeSpan> spans_with_events(const Bulletin& bulletin, double noise_distance);

// The picks of one station as indices of bulletin.picks, cut into those that share a trace.
using PickGroup = std::vector<std::size_t>;
std::vector<PickGroup> groups_of(const Bulletin& bulletin, const std::vector<std::size_t>& picks, double after);

// The trace of a group of picks from the segment that has its first pick; "" or why there is none in `why`. Picks
// beyond the end of the segment are left out.
LabelledTrace cut_event(const ComponentSegment& segment, const Bulletin& bulletin, const PickGroup& group,
                        const CutOptions& options, std::string& why);

// Windows of noise within `day`.
std::vector<LabelledTrace> cut_noise(const std::vector<ComponentSegment>& segments, const TimeSpan& day,
                                     const std::vector<TimeSpan>& occupied, const CutOptions& options);

}  // namespace seisgrad
