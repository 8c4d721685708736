// What `seisgrad train` was asked to do, beside the configuration (apps/train/config.h) that decides the result.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace seisgrad {

struct TrainOptions {
  std::string config;                 // JSON file, or ""
  std::vector<std::string> settings;  // "group/field=JSON", after the file
  std::string out = "seisgrad-train";
  std::string device = "auto";  // apps/device.h
  int threads = 0;              // 0: all of the machine
  int loader_threads = 1;
  int64_t checkpoint_steps = 0;  // 0: none between epochs but every `checkpoint_minutes`
  double checkpoint_minutes = 10;
  int64_t stop_after = 0;  // steps of this run, after which it saves and ends as when interrupted; 0: none
  bool resume = false, print_config = false, dry_run = false, quiet = false;
};

// Trains and writes into options.out: model.safetensors (the best so far), checkpoints, history.csv, history.svg,
// bad_traces.csv, train.json. Returns 0, or 130 when interrupted: the step was finished and saved, --resume goes on.
// Throws std::invalid_argument for what the user got wrong, std::runtime_error for what the machine did or where a
// number became NaN or infinite; checkpoints written before stay.
int train(const TrainOptions& options);

}  // namespace seisgrad
