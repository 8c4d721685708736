// What each augmentation does to an event and to noise of the training data, one panel group for each.
#pragma once
#include <string>

#include "apps/train/config.h"
#include "apps/train/examples.h"

namespace seisgrad {

// SVG; "" where the data hold no event that can be used.
std::string augmentation_svg(const TrainConfig& config, const Examples& examples);

}  // namespace seisgrad
