// A continuous segment through the network: windows, batches, stacked probabilities.
#pragma once
#include <functional>
#include <optional>

#include "apps/model/settings.h"
#include "apps/scan/inference.h"
#include "apps/scan/options.h"
#include "data/components.h"
#include "models/eqtransformer.h"

namespace seisgrad {

// How windows are laid and joined, in samples.
struct WindowPlan {
  int64_t length, stride, blind;
  StackMode stack;
};

// Throws std::invalid_argument where options and model do not fit together.
WindowPlan window_plan(const ScanOptions& options, const ScanSettings& settings, const EQTransformerConfig& config);

// How windows of which only the first `filled` samples are there are normalised.
WindowOptions window_options(const PreprocessingProfile& profile, int64_t filled);

struct Probabilities {
  std::vector<float> detection, p, s;  // one a sample of the segment
};

// Scores every sample. The network normalises its windows: all samples of them or, of a segment shorter than a window,
// as many as it has. Padding gets no probability.
// `done(n)` is told of n windows more and says whether to go on; if it says no, the result is empty. Results depend on
// neither batch nor threads; where memory does not suffice for a batch, it is halved. Throws std::domain_error where
// the network gives NaN, as it does for amplitudes that overflow.
std::optional<Probabilities> score(Inference& network, const ComponentSegment& segment, const WindowPlan& plan,
                                   const PreprocessingProfile& profile, const std::function<bool(int64_t)>& done);

}  // namespace seisgrad
