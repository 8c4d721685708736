// Case: one window that is explained, with what a scan says of it, and where such windows come from.
#pragma once
#include <string>
#include <vector>

#include "apps/explain/explained_model.h"
#include "apps/scan/event_plot.h"
#include "apps/scan/finder.h"
#include "data/labelled_trace.h"

namespace seisgrad {

struct Case {
  std::string name;            // for people; of a run no two are alike
  ComponentSegment segment;    // the window's samples alone; where it is shorter than a window, zeros follow
  ScoredSegment scored;        // of the same samples
  std::vector<Arrival> known;  // arrivals that somebody labelled, in samples of the window
  std::string target = {};     // what is to be explained; "": the class that the model prefers, or all of its outputs
  std::int64_t sample = -1;    // of a P or S of EQTransformer; -1: where it is most probable
};

// The samples begin .. begin + length - 1 of what was scored, as far as there are such.
Case case_of(std::string name, const ComponentSegment& segment, const ScoredSegment& scored, std::int64_t begin,
             std::int64_t length);

// The window in which a pick is explained: the classifier's begins at its anchor's distance before the pick, the pick
// is in the middle of EQTransformer's; moved so that the segment holds it, or as
// much of it as the model asks for (PreprocessingProfile::least_recorded).
std::int64_t window_of_pick(const ExplainedModel& model, std::int64_t pick, std::int64_t samples);

// Of a trace the windows that the classifier would be tested on (data/phase_examples.h); for EQTransformer the one in
// whose middle its arrivals are. Throws std::runtime_error saying why there is none. `raw`: apply the profile's filter.
std::vector<Case> cases_of_trace(const ExplainedModel& model, const Finder& finder, const std::string& name,
                                 const LabelledTrace& trace, bool raw);

// At a time: of every sensor that recorded then. Throws std::invalid_argument where none did.
std::vector<Case> cases_at_time(const ExplainedModel& model, const Finder& finder,
                                const std::vector<std::string>& files, Time time);

}  // namespace seisgrad
