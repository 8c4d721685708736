// What `seisgrad scan` was asked to do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/scan/stack.h"

namespace seisgrad {

struct ScanOptions {
  // safetensors of ours, Keras .h5, a name of apps/model/pretrained.h, or "sta-lta"; none: pretrained's default
  std::string model;
  std::vector<std::string> ensemble;  // further models, whose probabilities are averaged with its
  std::vector<std::string> inputs;    // files, folders, patterns
  std::string out = "seisgrad-scan";

  std::optional<double> overlap;  // fraction of a window; or
  std::optional<double> stride;   // seconds; neither: the model file's, else 30, or 0.2 for the classifier
  StackMode stack = StackMode::max;
  double blind = 0;  // seconds
  std::optional<float> detection_threshold, p_threshold,
      s_threshold;  // absent: the model file's, else 0.3, 0.1, 0.1; 0.95 for the classifier
  bool require_detection = false;
  std::optional<double> lowest_rate;  // Hz; slower streams are left out. Absent: the model file's
  std::optional<double> dead_time;    // seconds; absent: 0.5, or 10 for the classifier
  int64_t dropout_passes = 0;         // of Monte Carlo dropout at each pick
  uint64_t seed = 0;                  // of those, and of explanations

  std::string probabilities;  // "", "mseed" or "npy"
  bool plots = false;
  int64_t explain = 0;  // of each phase the most probable so many picks (apps/explain/picks.h)
  bool quiet = false;
  int threads = 0;                                    // 0: all of the machine
  int64_t batch = 16;                                 // windows at once; halved where memory does not suffice
  std::string device = "auto", precision = "strict";  // apps/device.h
};

// Runs the scan and writes its files; returns the exit status: 0 done, 130 interrupted (what was scored is written and
// the rest stands in coverage.csv). Throws std::invalid_argument for what the user got wrong, another std::exception
// for what the machine did; if that happens while it scores, what was scored before is written first.
int scan(const ScanOptions& options);

}  // namespace seisgrad
