// Stacked probability traces as files for other programs.
#pragma once
#include <string>

#include "apps/scan/event_plot.h"

namespace seisgrad {

// NumPy's .npy, version 1.0: float32 of shape (1 + phases, samples): detection, then each phase, P before S.
std::string probabilities_npy(const ScoredSegment& scored);

// miniSEED 2 of 32-bit floats: streams of the segment's times, whose channels end in D, P and S ("HHP"); of the
// phase classifier also G for Pg or PgSg, H for Sg.
std::string probabilities_miniseed(const ComponentSegment& segment, const ScoredSegment& scored);

}  // namespace seisgrad
