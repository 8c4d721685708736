// What became of each epoch: a table and learning curves. Nothing of it depends on the machine or the time of day.
#pragma once
#include <string>
#include <vector>

#include "apps/train/task.h"

namespace seisgrad {

// epoch, rate, loss, <parts>, penalty, gradient_norm, val_loss, val_<parts>. `loss` has the penalty in it, as Keras'.
std::vector<std::string> history_columns(const Task& task);

std::string history_csv(const std::vector<std::string>& columns, const std::vector<std::vector<double>>& rows);

// A panel for the loss and one for each part, training beside validation; the best epoch marked.
std::string learning_curves_svg(const std::vector<std::string>& columns, const std::vector<std::vector<double>>& rows,
                                int64_t best_epoch);

}  // namespace seisgrad
