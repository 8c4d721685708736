// One run of a sweep, in a process of its own: a training, then the scores of its best weights on the test set, which
// nothing else reads.
//
//   FOLDER/train.json            what to train, as `seisgrad train --config` reads it
//   FOLDER/test.csv              scores (apps/experiment/scores.h)
//   FOLDER/held_out.csv, validation.csv   likewise, where the training holds out a fold
//   FOLDER/runs.csv, history.csv the outcome, one row and its epochs, without the point; the run is done when they are
//   FOLDER/model.safetensors     the best weights; and train's other files
#pragma once
#include <string>

#include "apps/experiment/plan.h"
#include "apps/experiment/rows.h"

namespace seisgrad {

// How the process is started: PROGRAM run_child_argument FOLDER DEVICE. The program must call run_child() then.
constexpr const char* run_child_argument = "--run-for-experiment";

// Trains and scores, going on where an earlier process ended. 0, 1, or 130 when interrupted.
int run_child(int argc, char** argv);

// The rows of a folder whose run is done; empty otherwise.
Rows outcome_of(const std::string& folder);

}  // namespace seisgrad
