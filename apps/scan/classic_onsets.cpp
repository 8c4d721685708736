#include "apps/scan/classic_onsets.h"

#include <algorithm>
#include <cmath>

#include "data/onset.h"

namespace seisgrad {
namespace {

// Seconds. Tuned with restraint on the 60 local earthquakes of docs/results.md.
constexpr double p_short = 0.5, p_long = 10, s_short = 0.5, s_long = 3;
constexpr double aic_before = 1.5, aic_after = 0.8;  // of the trigger
constexpr double s_earliest = 0.5;                   // after P
constexpr float off = 0.4f;                          // 1 - 1 / ratio of 1.67

std::vector<float> unexplained(std::vector<float> ratio) {
  for (float& r : ratio) r = r > 1 ? 1 - 1 / r : 0;
  return ratio;
}

double largest(const std::vector<double>& energy, int64_t begin, int64_t end) {
  const auto at = [&](int64_t i) { return energy.begin() + std::clamp<int64_t>(i, 0, std::ssize(energy)); };
  return at(begin) < at(end) ? *std::max_element(at(begin), at(end)) : 0;
}

}  // namespace

std::optional<Onset> next_trigger(std::span<const float> trace, int64_t from, int64_t to, float on) {
  for (int64_t i = from; i < to; ++i) {
    if (!(trace[i] >= on)) continue;
    Onset trigger{i, trace[i], i};
    while (trigger.over + 1 < to && trace[trigger.over + 1] >= off)
      trigger.probability = std::max(trigger.probability, trace[++trigger.over]);
    return trigger;
  }
  return {};
}

int64_t refined_onset(std::span<const float> x, int64_t trigger, int64_t earliest, double rate) {
  const int64_t from = std::max<int64_t>(earliest, trigger - std::llround(aic_before * rate));
  const int64_t to = std::min<int64_t>(static_cast<int64_t>(x.size()), trigger + std::llround(aic_after * rate));
  return from + aic_onset(x.subspan(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

OnsetTraces onset_traces(const ComponentSegment& segment) {
  const double rate = segment.rate;
  OnsetTraces t;
  t.vertical = segment.channels[segment.present[up] ? up : segment.present[north] ? north : east];
  t.horizontal.resize(t.vertical.size());
  for (size_t i = 0; i < t.horizontal.size(); ++i)
    t.horizontal[i] = segment.channels[east][i] + segment.channels[north][i];  // one polarity: AIC wants a signal
  if (!segment.present[east] && !segment.present[north]) t.horizontal = t.vertical;
  t.p = unexplained(sta_lta(allen_energy(t.vertical), std::llround(p_short * rate), std::llround(p_long * rate)));
  t.energy.resize(t.vertical.size());
  for (size_t i = 0; i < t.energy.size(); ++i) {
    const double e = segment.channels[east][i], n = segment.channels[north][i], h = t.horizontal[i];
    t.energy[i] = segment.present[east] || segment.present[north] ? e * e + n * n : h * h;
  }
  t.s = unexplained(sta_lta(t.energy, std::llround(s_short * rate), std::llround(s_long * rate)));
  return t;
}

std::optional<Onset> s_onset_after(const OnsetTraces& t, int64_t p, int64_t end, float on, double rate) {
  std::optional<Onset> best;
  for (int64_t from = p + std::llround(s_earliest * rate); from < end;) {
    const auto trigger = next_trigger(t.s, from, end, on);
    if (!trigger) break;
    const bool own = trigger->sample == from;  // still the P's trigger
    const bool larger = largest(t.energy, trigger->sample, trigger->sample + std::llround(rate)) >
                        largest(t.energy, p, trigger->sample - std::llround(s_short * rate));
    if (!own && larger && (!best || trigger->probability > best->probability)) best = trigger;
    from = trigger->over + 1;
  }
  if (best) best->sample = refined_onset(t.horizontal, best->sample, p + std::llround(0.3 * rate), rate);
  return best;
}

}  // namespace seisgrad
