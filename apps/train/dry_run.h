// --dry-run: what a training would be, without training.
#pragma once
#include "apps/train/config.h"
#include "apps/train/options.h"

namespace seisgrad {

// Prints the layers and their sizes, how many parameters and examples there are, and what one batch takes: its loss,
// time and memory, measured; writes the batch as OUT/batch.svg, and OUT/augmentation.svg.
int dry_run(const TrainConfig& config, const TrainOptions& options, Device device);

}  // namespace seisgrad
