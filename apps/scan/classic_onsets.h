// Onsets of P and S in three components without a network: STA/LTA finds that there is one, AIC when (data/onset.h).
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "data/components.h"

namespace seisgrad {

struct OnsetTraces {
  std::vector<float> vertical, horizontal;  // what AIC sees
  std::vector<double> energy;               // of the horizontals
  std::vector<float> p, s;                  // 1 - 1 / ratio, of STA/LTA on the vertical and on the horizontals
};
OnsetTraces onset_traces(const ComponentSegment& segment);

struct Onset {
  int64_t sample;
  float probability;  // the trigger's largest 1 - 1 / ratio
  int64_t over;       // its last sample
};

// The first trigger in [from, to) of such a trace: it begins at `on` or above and ends where the ratio is below 1.67.
std::optional<Onset> next_trigger(std::span<const float> trace, int64_t from, int64_t to, float on);

// The onset by AIC in the seconds about a trigger, not before `earliest`.
int64_t refined_onset(std::span<const float> x, int64_t trigger, int64_t earliest, double rate);

// The strongest trigger of the horizontals before `end` that outdoes what came since the P: an S is the larger of the
// two.
std::optional<Onset> s_onset_after(const OnsetTraces& traces, int64_t p, int64_t end, float on, double rate);

}  // namespace seisgrad
