#include "data/synthetic/synthetic.h"

#include <algorithm>
#include <cmath>

#include "data/butterworth.h"
#include "data/synthetic/disturbances.h"
#include "data/synthetic/population.h"
#include "data/synthetic/trace_info.h"
#include "data/synthetic/visible.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

void check(const SyntheticConfig& c) {
  require(c.rate >= 5 && c.rate <= 1000, "synthetic: rate must be 5 to 1000 samples a second, got ", c.rate);
  require(c.seconds >= 5 && c.seconds <= 3600, "synthetic: a trace must be 5 to 3600 s long, got ", c.seconds);
  require(c.noise_fraction >= 0 && c.noise_fraction <= 1 && c.more_events >= 0 && c.more_events <= 1,
          "synthetic: noise_fraction and more_events must be 0 to 1");
  require(c.disturbances >= 0, "synthetic: disturbances must not be negative, got ", c.disturbances);
  require(!c.band_pass || (c.band_low > 0 && c.band_low < 0.4 * c.rate && c.band_high > c.band_low),
          "synthetic: the band must be 0 < low < high, low below 0.4 rate, got ", c.band_low, " to ", c.band_high);
}

// Whether a disturbance is stronger than the event at a labelled arrival: nobody could have picked that.
bool covers(const Wavetrain& disturbances, const Scene& scene, const TraceInfo& info) {
  const double rate = scene.config.rate;
  return std::any_of(info.arrivals.begin(), info.arrivals.end(), [&](const Arrival& a) {
    const double at = static_cast<double>(scene.begin) + a.sample;
    double event = 0;
    for (const PlacedEvent& e : scene.events) event += power_between(e.waves, at, at + rate);
    return a.sample >= 0 && power_between(disturbances, at - rate / 2, at + rate) > event;
  });
}

Wavetrain record(const Scene& scene, const TraceInfo& info, Dice& dice) {
  const SyntheticConfig& c = scene.config;
  Wavetrain out(scene.frame);
  const RandomKey key{.seed = c.seed,
                      .purpose = Purpose::synthetic_noise,
                      .step = static_cast<std::uint32_t>(scene.index),
                      .stream = 8};
  const double unsteady = dice.log_uniform(0.03, 0.35), together = dice.uniform(0, 0.4);
  add_disturbances(scene.noise_level, c.rate, c.disturbances * (info.noise ? 2 : 0.7), dice, out);
  if (covers(out, scene, info)) out = Wavetrain(scene.frame);
  add_noise(scene.noise, scene.sensor, c.rate, scene.gain, unsteady, together, dice.uniform(0, 2 * M_PI), key, out);
  for (const PlacedEvent& event : scene.events)
    for (int component = 0; component < 3; ++component)
      for (std::size_t i = 0; i < scene.frame; ++i) out.x[component][i] += event.waves.x[component][i];
  return out;
}

// Counts, filtered, cut to the trace.
void finish(const Scene& scene, const Faults& faults, Wavetrain& train, LabelledTrace& trace) {
  const SyntheticConfig& c = scene.config;
  digitise(faults, train);
  if (c.band_pass) {
    const std::vector<Biquad> sections = butterworth_band_pass(c.corners, c.band_low, scene.high(), c.rate);
    std::vector<double> x(scene.frame);
    for (auto& component : train.x) {
      std::copy(component.begin(), component.end(), x.begin());
      filter_zero_phase(sections, x);
      std::transform(x.begin(), x.end(), component.begin(), [](double v) { return static_cast<float>(v); });
    }
  }
  blank(faults, train);
  const auto n = scene.samples();
  trace.samples.resize(3 * n);
  const auto counts = static_cast<float>(1 / faults.least_count);
  for (std::size_t component = 0; component < 3; ++component)
    for (std::size_t i = 0; i < n; ++i) trace.samples[component * n + i] = counts * train.x[component][scene.begin + i];
}

}  // namespace

SyntheticKind synthetic_kind_named(const std::string& name) {
  if (name == "local") return SyntheticKind::local;
  if (name == "teleseismic") return SyntheticKind::teleseismic;
  require(name == "mixed", "synthetic: a kind is local, teleseismic or mixed, got ", name);
  return SyntheticKind::mixed;
}

SyntheticConfig synthetic_config(SyntheticKind kind) {
  SyntheticConfig c;
  c.kind = kind;
  if (kind == SyntheticKind::local) return c;
  c.rate = 20, c.seconds = 120;
  c.band_low = 0.05, c.band_high = 8;
  c.vertical_only = 0.25, c.slow_recorders = 0.2, c.storms = 0.4;
  c.least_snr = -20;  // the microseism is in this band, and small earthquakes stand out above it
  c.more_events = 0.5, c.phase_names = true;
  return c;
}

LabelledTrace synthetic_trace(const SyntheticConfig& config, std::int64_t index) {
  check(config);
  require(index >= 0 && index < std::int64_t{1} << 32, "synthetic: index must be 0 to 2^32 - 1, got ", index);
  Scene scene(config, index);
  Dice dice(config.seed, Purpose::synthetic_event, index), wear(config.seed, Purpose::synthetic_noise, index, 1);
  const bool noise = dice.chance(config.noise_fraction);
  const bool far =
      config.kind == SyntheticKind::teleseismic || (config.kind == SyntheticKind::mixed && dice.chance(0.5));
  Faults faults =
      random_faults(scene.noise_level, config.rate, scene.frame, config.vertical_only, config.disturbances, wear);
  for (int c = 0; c < 3; ++c) scene.recorded[c] = !faults.dead[c] && !(faults.vertical_only && c < 2);
  if (!noise && far) add_far_event(scene, dice);
  if (!noise && !far) add_local_events(scene, dice);
  const bool coda = noise && dice.chance(0.4 * config.more_events);
  if (coda && far) add_far_coda(scene, dice);
  if (coda && !far) add_coda(scene, dice);
  LabelledTrace trace;
  trace.info = describe(scene);  // drops events that nobody could see
  Wavetrain train = record(scene, trace.info, wear);
  const auto swallows = [&](const Gap& gap) {  // nobody could have picked what was not recorded
    return std::any_of(trace.info.arrivals.begin(), trace.info.arrivals.end(), [&](const Arrival& a) {
      const double at = static_cast<double>(scene.begin) + a.sample;
      return at >= static_cast<double>(gap.begin) - 1 && at < static_cast<double>(gap.end);
    });
  };
  faults.gaps.erase(std::remove_if(faults.gaps.begin(), faults.gaps.end(), swallows), faults.gaps.end());
  finish(scene, faults, train, trace);
  if (faults.vertical_only) trace.info.components = "Z";
  measure_snr(trace);
  return trace;
}

}  // namespace seisgrad
