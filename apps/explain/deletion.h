// Deletion (Samek et al. 2017, doi 10.1109/TNNLS.2016.2599820): what a map marks is taken out of all components; the
// more the class's probability falls, the better the map. Gaps are bridged by straight lines, because zeros would end
// in a step, which is what an onset looks like. It is compared with masks of the same size that know nothing: samples
// drawn at random, and the map's own mask moved in a circle by a random number of samples, which has the same
// gaps and only lies elsewhere.
#pragma once
#include <array>

#include "apps/explain/attribution.h"

namespace seisgrad {

inline constexpr std::array<double, 8> deleted_fractions = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5};
inline constexpr double deletion_fraction = 0.1;  // at which masks are compared
inline constexpr int64_t deletion_draws = 10;     // random masks of a kind

struct Deletion {
  // Probability with that fraction masked; of random masks the mean.
  std::array<double, deleted_fractions.size()> top{}, moved{};
  // With deletion_fraction masked: the share of the random masks that leave more probability than the map's.
  double over_moved = 0, over_scattered = 0;
  double top_tenth() const;
};

// `map`: a value a sample. `id` keys the random masks, as in noisy_maps.
Deletion delete_by(const ExplainedModel& model, const Target& target, std::span<const real> window,
                   std::span<const double> map, uint64_t seed, uint32_t id);

// The sum over the three components: a value a sample.
std::vector<double> over_components(const std::vector<double>& values);

}  // namespace seisgrad
