// Trainer: the steps and epochs of one training. Where it is stands in its TrainState; whatever a step computes is a
// function of that, the configuration and the data.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "apps/train/batch_gradients.h"
#include "apps/train/checkpoint.h"
#include "apps/train/examples.h"

namespace seisgrad {

class Trainer {
 public:
  // From the beginning, or from where `found` stands.
  Trainer(const TrainConfig& config, const Examples& examples, Device device, int loader_threads,
          const FoundCheckpoint* found);

  // All epochs done, or too long without a better one.
  bool finished() const;
  const TrainState& state() const { return state_; }
  const Task& task() const { return task_; }
  const Adam& adam() const { return adam_; }
  int64_t batches() const { return loader_->batches(); }  // of an epoch
  double last_loss() const { return last_loss_; }
  double rate() const { return rate_of(config_, state_.epoch, state_.plateaus); }

  // One update. Throws std::runtime_error where a number is NaN or infinite; then no parameter was changed.
  void step();
  bool epoch_is_over() const { return state_.batch == loader_->batches(); }
  // Validates, writes the epoch's row, decides on rate and end. True where this epoch is the best so far.
  bool end_epoch();

 private:
  std::vector<double> validate() const;

  TrainConfig config_;
  const Examples& examples_;
  Task task_;
  Adam adam_;
  BatchGradients gradients_;
  TrainState state_;
  int loader_threads_;
  std::unique_ptr<Loader> loader_;
  double last_loss_ = 0;
};

}  // namespace seisgrad
