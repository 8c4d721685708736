// Which traces train, which validate, which test.
//
// A trace's part is a function of the seed and of the name of its event (or its own, where a split is by trace or the
// event is unknown) and of nothing else: it stays where it is when traces are added, left out or put in another order,
// and all traces of one event are on one side. So shares are met on average: of n names a share p has a standard
// deviation of sqrt(p (1 - p) / n).
//
// Of the training events a share can be taken, nested: who is in a smaller share is in every larger one. For
// cross-validation they can be cut into folds, of which one is held out.
#pragma once
#include <cstdint>
#include <vector>

#include "data/packed.h"

namespace seisgrad {

enum class Part { training, validation, test, held_out, unused };

struct SplitOptions {
  double training = 0.85, validation = 0.05;  // the rest tests; 0.8 and 0.1, by event, for the phase classifier
  bool by_event = true;
  std::uint64_t seed = 1;
  double share = 1;                  // of the training events; the others are unused
  std::int64_t folds = 0, fold = 0;  // the training events are in folds, and this one is held out; folds 0: none
};

// Throws std::invalid_argument for shares below 0 or over 1 in all, and for a fold that is none.
Part part_of(const TraceInfo& info, const SplitOptions& split);

// The traces of a part, in order.
std::vector<std::int64_t> traces_of(const PackedDataset& data, const SplitOptions& split, Part part);

}  // namespace seisgrad
