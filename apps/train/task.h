// Task: a model and what training asks of it. The loop (apps/train/loop.h) knows no other difference between the two.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/train/config.h"
#include "data/loader.h"
#include "layers/pass.h"
#include "models/weights.h"

namespace seisgrad {

// The loss of a batch without the penalty, and the values that make it up or explain it.
struct TaskLoss {
  Tensor total;
  std::vector<double> parts;
};

struct Task {
  using Visitor = std::function<void(const std::string& name, const Tensor& t, bool trainable)>;

  std::vector<std::string> parts;  // names of TaskLoss::parts, columns of the history
  std::function<TaskLoss(const Batch& batch, const Pass& pass)> loss;
  std::function<Tensor()> penalty;
  // What makes one validation better than another: less of this. EQTransformer's loss; the classifier's errors.
  std::function<double(double loss, const std::vector<double>& parts)> score;
  std::function<Safetensors(const ModelNotes& notes)> pack;  // as a weight file
  std::function<void(const Visitor& f)> visit_tensors;

  void visit(const Visitor& f) const { visit_tensors(f); }
};

// With its first weights, on the device.
Task make_task(const TrainConfig& config, Device device);

}  // namespace seisgrad
