// What a sweep writes of whatever runs are done:
//
//     OUT/SWEEP.csv, SWEEP.json   a row a run; means and spreads over the rounds
//     OUT/SWEEP_FIGURE.svg
//     OUT/SWEEP.html              the page, with all of it
#pragma once
#include <string>

#include "apps/experiment/sweep.h"

namespace seisgrad {

// Those of one sweep, or of "all".
void write_reports(const Sweep& sweep, const std::string& which);

void depth_report(const Sweep& sweep);
void residual_report(const Sweep& sweep);
void l2_report(const Sweep& sweep);
void samples_report(const Sweep& sweep);
void construction_report(const Sweep& sweep);
// Also what was found of planted label errors (suspected.csv), and suspects.html where the data set is there.
void wash_report(const Sweep& sweep);
// Of ensembles, and of pairs of models: scatter.csv, scatter_*.svg.
void ensemble_report(const Sweep& sweep);

}  // namespace seisgrad
