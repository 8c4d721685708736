// Examples: the data of one training, cut in two: what trains and what validates.
#pragma once
#include <memory>
#include <string>

#include "apps/train/config.h"
#include "data/loader.h"
#include "data/order.h"
#include "data/training_traces.h"

namespace seisgrad {

struct Examples {
  // One of the two. Its parts refer to each other: it is made in place and stays there.
  struct Subset {
    std::unique_ptr<const TrainingTraces> traces;
    std::unique_ptr<const Order> order;
    MakeExample make;
    ExampleShape shape;
    int64_t positions = 0;            // of an epoch
    std::vector<int64_t> categories;  // how many examples of each
  };
  Subset training, validation;
  std::string hash;  // of the data sets: equal where the data are
};

// Of Examples::Subset::categories.
std::vector<std::string> category_names(const TrainConfig& config);

// How the classifier's windows are made, for training or for validation.
PhaseExampleOptions phase_options(const TrainConfig& config, bool training);

// Opens the data sets. Throws std::invalid_argument where there is nothing to train on or to validate with,
// std::runtime_error where a data set does not read.
Examples open_examples(const TrainConfig& config);

// Traces left out because they cannot be used, as CSV: trace, reason. Both subsets, and those of the CSV `before`.
std::string bad_traces_csv(const Examples& examples, const std::string& before);

}  // namespace seisgrad
