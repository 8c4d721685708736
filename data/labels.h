// What EQTransformer learns to say of a window (Mousavi et al. 2020 and the released code's trainer): the probability
// of an earthquake's signal, of a P and of an S arrival at each sample. With P and S in samples, t one of them:
//
//   detection  1 on [P, int(S + 0.4 (S - P))), to the end of the window where that lies beyond it; 0 elsewhere
//   gaussian   exp(-(k - t)^2 / (2 10^2)) on [t - 20, t + 20), 0 elsewhere
//   triangle   1 - |k - t| / 20 where |k - t| <= 20
//   box        1 on [t - 20, t + 20)
//
// Arrivals may lie between samples. A later event's labels replace those of an earlier one where they meet. What falls
// outside the window is cut off, on both sides alike: the released code fails on a gaussian and draws a wrong triangle
// at the right edge, and takes an arrival at sample 0 for none. We do neither.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/labelled_trace.h"

namespace seisgrad {

enum class LabelShape { gaussian, triangle, box };
std::string to_string(LabelShape shape);
LabelShape label_shape_named(const std::string& name);  // throws std::invalid_argument

// The first P and the first S of one event, in samples; `unknown` where there is none. Phases count by their first
// letter: Pn and Pg are P.
struct EventSamples {
  double p = unknown, s = unknown;
  // Where its detection ends: by the formula above; without an S at `coda_end`, or 10 s after P.
  double end(double coda_end, double rate) const;
};

// The events of a trace. An arrival belongs to the oldest event that may still have it: an S to one without S, or a
// further phase to one that does not have a phase of this very name (Pg after Pn). "P P S S" are two events.
std::vector<EventSamples> events_of(const TraceInfo& info);

// Writes (3,n): detection, P, S. REQUIRES: labels holds zeros. coda_end and rate: of the trace, for events without S.
void draw_labels(std::span<const EventSamples> events, LabelShape shape, double coda_end, double rate,
                 std::span<float> labels);

}  // namespace seisgrad
