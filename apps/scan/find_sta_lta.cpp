// The baseline: triggers of STA/LTA, onsets by AIC. What a network has to beat.
//
// P: where the ratio on the vertical reaches the threshold; the onset is that of the AIC in the seconds about the
// trigger. S: after each P, the strongest trigger of the horizontals (of a vertical alone: its own), measured against
// the P's coda; then AIC. The "probability" is 1 - 1 / ratio: the part of the short-term energy that the long-term does
// not explain. It ranks picks; it promises nothing.
#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/scan/classic_onsets.h"
#include "apps/scan/finder.h"
#include "apps/scan/picker.h"

namespace seisgrad {
namespace {

constexpr double s_latest = 30;            // s after P
constexpr float p_on = 0.9f, s_on = 0.6f;  // 1 - 1 / ratio: ratios of 10, 2.5

// Triggers of the vertical, those left out that the horizontals have more of while an S is due.
std::vector<Onset> p_triggers(const OnsetTraces& t, float on, double dead_time, double rate) {
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
    OnsetTraces t = onset_traces(segment);
    ScoredSegment scored{.detection = {}, .runs = {}, .phases = {{"P", {}, {}}, {"S", {}, {}}}};
    const std::vector<Onset> triggers = p_triggers(t, settings.p_threshold, dead_time, rate);
    for (size_t i = 0; i < triggers.size(); ++i) {
      const int64_t p = refined_onset(t.vertical, triggers[i].sample, 0, rate);
      scored.phases[0].picks.push_back({p, triggers[i].probability});
      int64_t end = std::min<int64_t>(segment.size(), p + std::llround(s_latest * rate)), over = triggers[i].over;
      if (i + 1 < triggers.size()) end = std::min(end, triggers[i + 1].sample);
      if (const auto s = s_onset_after(t, p, end, settings.s_threshold, rate)) {
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
