// The check of randomised weights (Adebayo et al. 2018, arXiv 1810.03292): the weights of a classifier are replaced by
// fresh ones, layer after layer from the top down. A map that stays the same does not show what was learned.
#pragma once
#include <string>
#include <vector>

#include "apps/explain/attribution.h"

namespace seisgrad {

struct RandomisedStage {
  std::string layer;               // replaced, with all above it; "" for none
  double cam = 0, smoothgrad = 0;  // mean rank correlation with the maps of the trained network
  int64_t empty_maps = 0;          // of Grad-CAM++ where nothing spoke for the class; they count as 0
};

// A window and the class that is explained.
struct RandomisedCase {
  std::vector<real> window;
  std::string target;
  uint32_t id;
};

std::vector<RandomisedStage> randomise_weights(const PhaseClassifier& model, const ScanSettings& settings,
                                               const std::vector<RandomisedCase>& cases, const MapOptions& options,
                                               Device device);

// Of Spearman: the correlation of ranks, ties having their mean; 0 where one of the two is constant.
double rank_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace seisgrad
