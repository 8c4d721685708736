#include "apps/scan/local_phases.h"

#include <algorithm>
#include <cmath>

#include "apps/scan/classic_onsets.h"
#include "data/butterworth.h"
#include "data/onset.h"

namespace seisgrad {
namespace {

constexpr double before = 15, after = 45;       // s of record about the pick; STA/LTA wants 10.5 s ahead
constexpr double p_search = 4, aic_search = 3;  // s about the pick
constexpr double s_earliest = 0.6;              // s after Pg
constexpr double longest_s_minus_p = 40;        // s: PgSg means that both are in one window
constexpr double band_low = 1, band_high = 8;   // Hz
constexpr float p_on = 0.75f, s_on = 0.6f;      // ratios of 4 and 2.5: the network has said that there is something

ComponentSegment filtered(const ComponentSegment& segment, int64_t begin, int64_t end) {
  ComponentSegment cut{.group = segment.group,
                       .start = segment.time_of(begin),
                       .rate = segment.rate,
                       .channels = {},
                       .present = segment.present,
                       .channel_names = {},
                       .zeros = {}};
  const auto sections = butterworth_band_pass(2, band_low, std::min(band_high, 0.4 * segment.rate), segment.rate);
  for (size_t c = 0; c < 3; ++c) {
    std::vector<double> x(segment.channels[c].begin() + begin, segment.channels[c].begin() + end);
    filter_forward(sections, x);
    cut.channels[c].assign(x.begin(), x.end());
  }
  return cut;
}

int64_t pg_near(const OnsetTraces& traces, int64_t pick, double rate) {
  const auto samples = [&](double seconds) { return std::llround(seconds * rate); };
  const int64_t size = std::ssize(traces.p);
  const int64_t from = std::max<int64_t>(0, pick - samples(p_search)),
                to = std::min<int64_t>(size, pick + samples(p_search));
  if (const auto trigger = next_trigger(traces.p, from, to, p_on))
    return refined_onset(traces.vertical, trigger->sample, 0, rate);
  const int64_t begin = std::max<int64_t>(0, pick - samples(aic_search)),
                end = std::min<int64_t>(size, pick + samples(aic_search));
  return begin +
         aic_onset(std::span(traces.vertical).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
}

// The horizontals' largest motion is S, if it outdoes that of Pg; its onset is that of AIC between Pg and there.
std::optional<int64_t> sg_before_largest(const OnsetTraces& traces, int64_t pg, int64_t latest, double rate) {
  const auto energy = traces.energy.begin();
  const int64_t from = pg + std::llround(s_earliest * rate), begin = pg + std::llround(0.5 * s_earliest * rate);
  if (latest <= from) return {};
  const auto largest = std::max_element(energy + from, energy + latest);
  if (*largest <= *std::max_element(energy + pg, energy + from)) return {};
  const int64_t end = std::min<int64_t>(std::ssize(traces.energy), largest - energy + std::llround(0.2 * rate));
  const auto between =
      std::span(traces.horizontal).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  return begin + aic_onset(between);
}

}  // namespace

std::vector<LocalPhases> local_phases(const ComponentSegment& segment, const std::vector<Peak>& picks) {
  std::vector<LocalPhases> found;
  const double rate = segment.rate;
  const auto samples = [&](double seconds) { return std::llround(seconds * rate); };
  for (size_t i = 0; i < picks.size(); ++i) {
    const int64_t begin = std::max<int64_t>(0, picks[i].sample - samples(before)),
                  end = std::min<int64_t>(segment.size(), picks[i].sample + samples(after));
    const OnsetTraces traces = onset_traces(filtered(segment, begin, end));
    const int64_t pg = pg_near(traces, picks[i].sample - begin, rate);
    int64_t latest = std::min<int64_t>(end - begin, pg + samples(longest_s_minus_p));
    if (i + 1 < picks.size()) latest = std::min<int64_t>(latest, picks[i + 1].sample - samples(p_search) - begin);
    LocalPhases phases{.pg = begin + pg, .sg = {}};
    if (const auto sg = s_onset_after(traces, pg, latest, s_on, rate)) phases.sg = begin + sg->sample;
    else if (const auto weak = sg_before_largest(traces, pg, latest, rate)) phases.sg = begin + *weak;
    found.push_back(phases);
  }
  return found;
}

}  // namespace seisgrad
