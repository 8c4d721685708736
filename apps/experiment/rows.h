// Rows: what became of the runs, as the tables runs.csv and history.csv. The rows are the truth: a run whose row is
// there is not run again, wherever its weights are.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/experiment/plan.h"

namespace seisgrad {

// Right answers and cross-entropy (nats) over windows.
struct Accuracy {
  int64_t windows = 0;
  double accuracy = 0, loss = 0;
};

struct RunRow {
  std::string key;
  Point point;
  uint64_t seed = 0;
  int64_t epochs = 0, best_epoch = 0;                         // done; the one with the best validation, from 0
  double train_accuracy = 0, val_accuracy = 0, val_loss = 0;  // of the best epoch; losses without penalty
  double penalty = 0, mean_square_weight = 0;                 // at its end: l2 sum w^2, (sum w^2) / count
  Accuracy test, washed_test;                                 // washed_test.windows 0: not known yet
  double shifted_accuracy = 0;  // of test windows cut as training cuts them, up to `shift` of the base away
  int64_t parameters = 0, train_windows = 0;
  double seconds = 0;        // of processor time
  std::string review;        // the washed list, by its digest; "" where the run is not washed
  std::string data, config;  // the data set's hash; JSON for seisgrad train --config
};

// One epoch of one run. Losses without penalty; training's are means over the epoch, with dropout.
struct EpochRow {
  std::string key;
  int64_t round = 0, epoch = 0;
  double rate = 0, train_accuracy = 0, train_loss = 0, val_accuracy = 0, val_loss = 0;
  double penalty = 0, mean_square_weight = 0;
};

class Rows {
 public:
  // From OUT/runs.csv and OUT/history.csv; empty where they are missing. Throws std::runtime_error naming file and line
  // where a table is damaged.
  static Rows read(const std::string& out);
  // Whole or not at all; sorted by key, so that equal runs give equal files.
  void write(const std::string& out) const;

  void add(RunRow row, const std::vector<EpochRow>& epochs);
  const RunRow* find(const std::string& key) const;
  std::vector<EpochRow> epochs_of(const std::string& key) const;
  std::map<std::string, RunRow>& all() { return runs_; }
  const std::map<std::string, RunRow>& all() const { return runs_; }

 private:
  std::map<std::string, RunRow> runs_;
  std::map<std::string, std::vector<EpochRow>> epochs_;
};

}  // namespace seisgrad
