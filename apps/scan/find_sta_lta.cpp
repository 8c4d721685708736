// The baseline: triggers of STA/LTA, onsets by AIC. What a network has to beat.
//
// P: where the ratio on the vertical reaches the threshold; the onset is that of the AIC in the seconds about the
// trigger. S: after each P, the strongest trigger of the horizontals (of a vertical alone: its own), measured against
// the P's coda; then AIC. The "probability" is 1 - 1 / ratio: the part of the short-term energy that the long-term does
// not explain. It ranks picks; it promises nothing.
#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/scan/finder.h"
#include "apps/scan/picker.h"
#include "data/onset.h"

namespace seisgrad {
namespace {

// Seconds. Tuned with restraint on the 60 local earthquakes of docs/results.md.
constexpr double p_short = 0.5, p_long = 10, s_short = 0.5, s_long = 3;
constexpr double aic_before = 1.5, aic_after = 0.8;    // of the trigger
constexpr double s_earliest = 0.5, s_latest = 30;      // after P
constexpr float p_on = 0.9f, s_on = 0.6f, off = 0.4f;  // 1 - 1 / ratio: ratios of 10, 2.5, 1.67

std::vector<float> unexplained(std::vector<float> ratio) {
  for (float& r : ratio) r = r > 1 ? 1 - 1 / r : 0;
  return ratio;
}

struct Onset {
  int64_t sample;
  float probability;  // the trigger's largest
  int64_t over;       // its last sample
};

// A trigger from `from` on: it begins at `on` and ends below `off`.
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

int64_t refined(std::span<const float> x, int64_t trigger, int64_t earliest, double rate) {
  const int64_t from = std::max<int64_t>(earliest, trigger - std::llround(aic_before * rate));
  const int64_t to = std::min<int64_t>(static_cast<int64_t>(x.size()), trigger + std::llround(aic_after * rate));
  return from + aic_onset(x.subspan(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

struct Traces {
  std::vector<float> vertical, horizontal;  // what AIC sees
  std::vector<double> energy;               // of the horizontals
  std::vector<float> p, s;                  // 1 - 1 / ratio
};

Traces traces_of(const ComponentSegment& segment) {
  const double rate = segment.rate;
  Traces t;
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

double largest(const std::vector<double>& energy, int64_t begin, int64_t end) {
  const auto at = [&](int64_t i) { return energy.begin() + std::clamp<int64_t>(i, 0, std::ssize(energy)); };
  return at(begin) < at(end) ? *std::max_element(at(begin), at(end)) : 0;
}

// The strongest trigger of the horizontals before `end` that outdoes what came since P: an S is the larger of the two.
std::optional<Onset> s_after(const Traces& t, int64_t p, int64_t end, float on, double rate) {
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
  if (best) best->sample = refined(t.horizontal, best->sample, p + std::llround(0.3 * rate), rate);
  return best;
}

// Triggers of the vertical, those left out that the horizontals have more of while an S is due.
std::vector<Onset> p_triggers(const Traces& t, float on, double dead_time, double rate) {
  std::vector<Onset> triggers;
  const int64_t n = std::ssize(t.p);
  for (int64_t from = 0; from < n;) {
    const auto trigger = next_trigger(t.p, from, n, on);
    if (!trigger) break;
    from = std::max(trigger->over, trigger->sample + std::max<int64_t>(1, std::llround(dead_time * rate)));
    const float horizontal = *std::max_element(t.s.begin() + trigger->sample, t.s.begin() + trigger->over + 1);
    const bool s_due = !triggers.empty() && trigger->sample - triggers.back().sample < std::llround(s_latest * rate);
    if (!s_due || trigger->probability > horizontal) triggers.push_back(*trigger);
  }
  return triggers;
}

}  // namespace

Finder sta_lta_finder(const ScanOptions& options) {
  require(options.dropout_passes == 0, "scan: Monte Carlo dropout is EQTransformer's");
  ScanSettings settings;
  settings.profile.zero_phase = false;  // a filter that runs backward smears an onset over what was before it
  settings.profile.taper_seconds = 0;   // nor may the noise before it be tapered away
  settings.p_threshold = options.p_threshold.value_or(p_on);
  settings.s_threshold = options.s_threshold.value_or(s_on);
  Finder finder{.name = "sta-lta", .settings = settings, .window = 0, .windows = {}, .find = {}, .batch = {}};
  finder.windows = [](int64_t) { return int64_t{1}; };
  finder.batch = [] { return int64_t{0}; };
  const double dead_time = options.dead_time.value_or(0.5);
  finder.find = [=](const ComponentSegment& segment, const WindowsDone& done) -> std::optional<ScoredSegment> {
    const double rate = segment.rate;
    Traces t = traces_of(segment);
    ScoredSegment scored{.detection = {}, .runs = {}, .phases = {{"P", {}, {}}, {"S", {}, {}}}};
    const std::vector<Onset> triggers = p_triggers(t, settings.p_threshold, dead_time, rate);
    for (size_t i = 0; i < triggers.size(); ++i) {
      const int64_t p = refined(t.vertical, triggers[i].sample, 0, rate);
      scored.phases[0].picks.push_back({p, triggers[i].probability});
      int64_t end = std::min<int64_t>(segment.size(), p + std::llround(s_latest * rate)), over = triggers[i].over;
      if (i + 1 < triggers.size()) end = std::min(end, triggers[i + 1].sample);
      if (const auto s = s_after(t, p, end, settings.s_threshold, rate)) {
        scored.phases[1].picks.push_back({s->sample, s->probability});
        over = std::max(over, s->over);
      }
      scored.runs.push_back({p, std::clamp<int64_t>(over, p, segment.size() - 1), triggers[i].probability});
    }
    scored.phases[0].probability = t.p;
    scored.phases[1].probability = t.s;
    scored.detection = std::move(t.p);
    if (!done(1)) return std::nullopt;
    return scored;
  };
  return finder;
}

}  // namespace seisgrad
