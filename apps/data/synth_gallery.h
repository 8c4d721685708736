// A figure of synthetic traces.
#pragma once
#include <span>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

// SVG: each trace a panel of E, N and Z from top to bottom, each scaled to its peak; arrivals marked.
std::string gallery_svg(std::span<const LabelledTrace> traces);

}  // namespace seisgrad
