// Deletion (Samek et al. 2017, doi 10.1109/TNNLS.2016.2599820): what a map marks is set to zero, in all components; the
// more the class's probability falls, the better the map. It is compared with masks of the same size that know nothing:
// samples drawn at random, and the map's own mask moved in a circle by a random number of samples, which has the same
// gaps and edges and only lies elsewhere.
#pragma once
#include <array>

#include "apps/explain/attribution.h"

namespace seisgrad {

inline constexpr std::array<double, 8> deleted_fractions = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5};
inline constexpr double deletion_fraction = 0.1;  // at which masks are compared
inline constexpr int64_t deletion_draws = 10;     // random masks, whose mean counts

struct Deletion {
  std::array<double, deleted_fractions.size()> top{}, moved{};  // probability with that fraction masked
  double scattered = 0;                                         // with deletion_fraction of samples drawn at random
  double top_tenth() const;
  double moved_tenth() const;
};

// `map`: a value a sample. `id` keys the random masks, as in noisy_maps.
Deletion delete_by(const ExplainedModel& model, const Target& target, std::span<const real> window,
                   std::span<const double> map, uint64_t seed, uint32_t id);

// |.| summed over the three components: a value a sample.
std::vector<double> over_components(const std::vector<double>& values);

}  // namespace seisgrad
