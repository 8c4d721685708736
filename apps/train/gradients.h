// What is looked at between backward and the update: whether everything is finite, and how large the gradient is.
#pragma once
#include <stdexcept>

#include "apps/train/task.h"

namespace seisgrad {

// Sums of squares on the model's device, by name: not finite where a value is not, or is over 1e19 in float, which is
// no better.
struct Squares {
  std::vector<std::string> names;
  Tensor sums;           // (n)
  size_t gradients = 0;  // so many of them, the first, are of gradients
};

// Of all gradients, then of all tensors. Neither copies to the host nor waits: may be recorded (docs/devices.md).
Squares squares_of(const Task& task);

// A number that training cannot go on from.
struct NotFinite : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws NotFinite naming the loss, or the first tensor whose gradient or value is NaN or infinite. Returns the norm of
// all gradients together. One small copy from the device.
double checked_gradient_norm(const Squares& squares, double loss);

// The same without a loss, as a checkpoint wants it.
void check_finite(const Task& task);

// Every gradient times `factor`.
void scale_gradients(const Task& task, double factor);

}  // namespace seisgrad
