// Examples for EQTransformer: from each trace a window, augmented, normalised, with its labels.
//
//     const WindowExamples examples(traces, order, {.samples = 6000, .augmentation = AugmentOptions{}});
//     Loader loader([&](auto... a) { return examples.make(a...); }, examples.shape(),
//                   {.batch = 32, .positions = examples.positions()});
//
// A trace longer than the window is cut where chance says so, one of its events inside; a shorter one is followed by
// zeros. A trace at another rate than the profile's is of no use unless the filter is asked for, which resamples it.
#pragma once
#include <optional>
#include <vector>

#include "data/augment.h"
#include "data/loader.h"
#include "data/profile.h"
#include "data/training_traces.h"

namespace seisgrad {

struct WindowExampleOptions {
  std::uint64_t seed = 0;
  std::int64_t samples = 6000;
  LabelShape labels = LabelShape::gaussian;
  std::optional<AugmentOptions> augmentation;  // absent: validation, where every epoch has the same windows
  PreprocessingProfile profile;                // normalisation, order of components; the filter if asked for
  bool filter = false;                         // traces as they were recorded: apply the profile's filter and taper
};

// Every trace of a source: category 0 for noise, 1 for events.
std::vector<ExampleRef> window_refs(const std::vector<TraceSource>& sources);

class WindowExamples {
 public:
  WindowExamples(const TrainingTraces& traces, const Order& order, WindowExampleOptions options);

  ExampleShape shape() const { return {3 * options_.samples, 3 * options_.samples}; }
  std::int64_t positions() const { return order_.size() * copies_; }  // of an epoch
  // Target: detection, P, S, each as long as the window. Category: 0 for noise, 1 for events.
  std::int32_t make(std::uint32_t epoch, std::int64_t position, std::span<float> input, std::span<float> target) const;

 private:
  std::vector<float> noise_of(std::uint32_t word) const;

  const TrainingTraces& traces_;
  const Order& order_;
  WindowExampleOptions options_;
  std::int64_t copies_;
  std::vector<ExampleRef> noise_;  // what real noise is drawn from
};

// A window of `samples` of a trace; `random` says where it is cut.
Window cut_window(LabelledTrace trace, std::int64_t samples, RandomKey random, std::int64_t example);

// The trace as `profile` has it: at its rate, filtered, tapered; its arrivals with it.
LabelledTrace filtered(const LabelledTrace& trace, const PreprocessingProfile& profile);

// Rows E, N, Z put into another order, e.g. "ZNE".
void reorder_components(std::span<float> window, const std::string& order);

}  // namespace seisgrad
