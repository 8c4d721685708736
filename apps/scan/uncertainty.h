// Monte Carlo dropout (Gal & Ghahramani 2016): a network run again and again with its spatial dropout on, each time
// without some channels. What the passes agree on is sure; their spread says how sure.
#pragma once
#include <array>
#include <vector>

#include "apps/scan/finder.h"
#include "models/eqtransformer.h"

namespace seisgrad {

struct DropoutPasses {
  int64_t passes = 0;
  uint64_t seed = 0;
};

// Detection, P and S of one window, pass after pass: (passes,samples) each. x: (passes,3,samples), the normalised
// window in each row. `number` names the random numbers of these passes: the result depends on nothing else.
std::array<std::vector<float>, 3> dropout_passes(const EQTransformer& model, const Tensor& x, uint64_t seed,
                                                 uint32_t number);

// Mean and standard deviation over the passes at `sample`, and the deviation in time of the strongest probability
// within half a second of it. trace: (passes,samples).
PickSpread spread_at(std::span<const float> trace, int64_t samples, int64_t sample, double rate);

// Of each pick of P and S, from a window with the pick in its middle.
std::vector<std::vector<PickSpread>> pick_spreads(const EQTransformer& model, const ComponentSegment& segment,
                                                  const ScoredSegment& scored, const PreprocessingProfile& profile,
                                                  DropoutPasses options, Device device);

}  // namespace seisgrad
