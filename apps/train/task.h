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

// The loss of a batch without the penalty, and what the values are computed from that make it up or explain it.
struct TaskLoss {
  Tensor total;
  std::vector<Tensor> seen;
};

struct Task {
  using Visitor = std::function<void(const std::string& name, const Tensor& t, bool trainable)>;

  std::vector<std::string> parts;  // what explains a loss: columns of the history
  // In three steps, since the second alone may be recorded (docs/devices.md): it neither copies to the device nor
  // waits.
  std::function<std::vector<Tensor>(const Batch& batch)> tensors;  // input and targets, on the device
  std::function<TaskLoss(const std::vector<Tensor>& tensors, const Pass& pass)> loss;
  std::function<std::vector<double>(const Batch& batch, const TaskLoss& loss)> values;  // of the parts
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
