// Checkpoints: everything that a later run needs to go on bit for bit, in one checksummed file that appears at once or
// not at all (models/safetensors.h). docs/training.md has the table of what is inside.
//
//   OUT/checkpoint-00001200.safetensors      after 1200 steps; the last three are kept, and that of the best epoch
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/train/task.h"
#include "layers/adam.h"

namespace seisgrad {

// Where a training is. All of it is a function of configuration and data.
struct TrainState {
  int64_t epoch = 0, batch = 0, step = 0;    // next epoch and batch; steps done
  std::vector<double> sums;                  // of this epoch's columns of the history so far
  std::vector<std::vector<double>> history;  // a row an epoch
  double best_score = 0;
  int64_t best_step = -1, best_epoch = -1;  // -1: none yet
  int64_t worse_epochs = 0;                 // since the best
  int64_t plateau_epochs = 0, plateaus = 0;

  bool operator==(const TrainState&) const = default;
};

struct Checkpoint {
  TrainState state;
  std::string config;  // JSON
  std::string data;    // hash of the data sets
};

// Writes OUT/checkpoint-STEP and removes what is older than the last three and not the best. Throws std::runtime_error
// where the disk refuses; then the earlier ones are all there.
void write_checkpoint(const std::string& out, const Checkpoint& checkpoint, const Task& task, const Adam& adam);

// The newest file of a folder whose checksums hold; others are named on standard error and left alone. Nothing where
// the folder has none at all; throws std::runtime_error where it has some and none holds.
struct FoundCheckpoint {
  std::string path;
  Checkpoint checkpoint;
  Safetensors file;
};
std::optional<FoundCheckpoint> latest_checkpoint(const std::string& out);

// Puts its tensors into the model and the optimiser. Throws std::runtime_error naming what does not fit.
void restore(const FoundCheckpoint& found, const Task& task, Adam& adam);

}  // namespace seisgrad
