// How long runs take, before they are made.
#pragma once
#include "apps/experiment/plan.h"
#include "apps/experiment/rows.h"

namespace seisgrad {

// Seconds of one core: of another round of the point where there is one, else by the network's multiply-adds and the
// windows, scaled by the runs that are done.
double estimated_seconds(const ExperimentConfig& config, const Point& point, const Rows& rows);

}  // namespace seisgrad
