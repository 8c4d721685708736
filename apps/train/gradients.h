// What is looked at between backward and the update: whether everything is finite, and how large the gradient is.
#pragma once
#include "apps/train/task.h"

namespace seisgrad {

// Throws std::runtime_error naming the loss, or the first tensor whose gradient or value is NaN or infinite.
// Returns the norm of all gradients together. One small copy from the device.
double checked_gradient_norm(const Task& task, double loss);

// The same for values alone, as a checkpoint wants them.
void check_finite(const Task& task);

// Every gradient times `factor`.
void scale_gradients(const Task& task, double factor);

}  // namespace seisgrad
