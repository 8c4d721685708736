// Attention maps of EQTransformer: how much of a step's result comes from which step (Mousavi et al. 2020, figure 3).
#pragma once
#include <string>
#include <vector>

#include "apps/explain/explained_model.h"

namespace seisgrad {

struct AttentionMap {
  std::string layer;  // "transformer.0", "transformer.1": of all steps; "p", "s": of neighbours
  int64_t steps = 0;
  std::vector<double> weights;  // (query,key), the sum over keys is 1

  std::vector<double> received() const;  // of each key, the mean over queries
};

// Of one window; none of a classifier.
std::vector<AttentionMap> attention_maps(const ExplainedModel& model, std::span<const real> window);

// The weights between a step and its neighbours, (offset,query), the offsets first .. first + offsets - 1: all that are
// not zero.
struct AttentionBand {
  int64_t first = 0, offsets = 0;
  std::vector<double> weights;
};
AttentionBand band_of(const AttentionMap& map);

}  // namespace seisgrad
