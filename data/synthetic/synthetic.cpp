#include "data/synthetic/synthetic.h"

#include <algorithm>
#include <cmath>

#include "data/butterworth.h"
#include "data/synthetic/disturbances.h"
#include "data/synthetic/scene.h"
#include "data/synthetic/trace_info.h"
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

// Signal-to-noise ratios as bulletins' readers see them: from hardly visible to 60 dB and more.
double random_snr(double middle, Dice& dice) { return std::clamp(middle + 14 * dice.normal(), middle - 24, 85.0); }

// Where the first P lies: anywhere, mostly so that S is in the trace, too.
double random_place(double seconds, double s_minus_p, Dice& dice) {
  const double last = seconds - 0.5 - (dice.chance(0.85) ? std::min(s_minus_p + 1, 0.8 * seconds) : 0);
  return dice.uniform(0.3, std::max(1.0, last));
}

double s_minus_p(const EventAtStation& at) {
  double p = 1e9, s = 1e9;
  for (const Incoming& ray : at.incoming)
    if (*ray.phase) (ray.wave == Wave::p ? p : s) = std::min(ray.wave == Wave::p ? p : s, ray.time);
  return s - p;
}

struct Hypocentre {
  double distance, depth;  // km
};

// Half of the events within 14 km, as a dense network's; the others evenly in log distance.
Hypocentre random_hypocentre(const EarthModel& crust, Dice& dice) {
  Hypocentre h;
  h.distance = dice.chance(0.6) ? dice.log_normal(12, 0.9) : dice.log_uniform(4, 350);
  h.distance = std::clamp(h.distance, 0.3, 400.0);
  h.depth = std::clamp(dice.log_normal(6, 0.7), 0.5, crust.moho + 8);
  // a geothermal field, a volcano, a mine: S follows P within a second
  if (dice.chance(0.25)) h.distance = dice.log_uniform(0.4, 10), h.depth = dice.log_uniform(0.7, 5);
  return h;
}

void add_local_event(Scene& scene, int number, Dice& dice) {
  const SyntheticConfig& c = scene.config;
  Hypocentre where = random_hypocentre(scene.crust, dice);
  double azimuth = dice.uniform(0, 2 * M_PI);
  if (number > 0 && dice.chance(0.6)) {  // of the first one's sequence
    const PlacedEvent& first = scene.events.front();
    where.distance = std::max(0.3, first.distance + dice.uniform(-3, 3));
    where.depth = std::clamp(first.depth + dice.uniform(-2, 2), 0.5, scene.crust.moho + 8);
    azimuth = first.azimuth + 3 / where.distance * dice.uniform(-1, 1);
  }
  Quake quake = random_quake(dice);
  quake.depth = where.depth;
  EventAtStation at = local_path(scene.crust, scene.site, scene.region, quake, where.distance, azimuth, dice);
  if (at.incoming.empty()) return;
  quake.magnitude = std::min(6.5, magnitude_seen_at(scene, quake, at, random_snr(26, dice)));
  const double gap = s_minus_p(at);
  double begin = random_place(c.seconds, gap, dice);
  if (number > 0 && dice.chance(0.2)) begin = -gap - dice.uniform(0.5, 8);  // only its coda is left
  PlacedEvent event =
      place(scene, quake, std::move(at), where.distance, azimuth, Wave::p, begin, static_cast<std::uint16_t>(number));
  scene.events.push_back(std::move(event));
}

void add_far_event(Scene& scene, Dice& dice) {
  const SyntheticConfig& c = scene.config;
  const char group = dice.chance(0.5) ? 'P' : 'S';
  const double distance = km_per_degree * dice.uniform(group == 'P' ? 14 : 18, 95), azimuth = dice.uniform(0, 2 * M_PI);
  Quake quake = random_quake(dice);
  quake.depth = dice.chance(0.7) ? dice.uniform(5, 50) : dice.log_uniform(50, 650);
  EventAtStation at = far_path(group, scene.crust, scene.site, quake, distance, azimuth, dice);
  if (at.incoming.empty()) return;
  quake.magnitude = std::min(8.5, magnitude_seen_at(scene, quake, at, random_snr(10, dice)));
  const double begin = dice.uniform(0.05, 0.8) * c.seconds;
  scene.events.push_back(
      place(scene, quake, std::move(at), distance, azimuth, group == 'P' ? Wave::p : Wave::s, begin, 0));
}

Wavetrain record(const Scene& scene, bool noise, Dice& dice) {
  const SyntheticConfig& c = scene.config;
  Wavetrain out(scene.frame);
  const double gain[3] = {dice.log_normal(1, 0.15), dice.log_normal(1, 0.15), dice.log_normal(0.85, 0.2)};
  const RandomKey key{.seed = c.seed,
                      .purpose = Purpose::synthetic_noise,
                      .step = static_cast<std::uint32_t>(scene.index),
                      .stream = 8};
  add_noise(scene.noise, scene.sensor, c.rate, gain, dice.log_uniform(0.03, 0.35), key, out);
  for (const PlacedEvent& event : scene.events)
    for (int component = 0; component < 3; ++component)
      for (std::size_t i = 0; i < scene.frame; ++i) out.x[component][i] += event.waves.x[component][i];
  add_disturbances(scene.noise_level, c.rate, c.disturbances * (noise ? 2 : 0.7), dice, out);
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
  c.band_low = 0.05, c.band_high = 8, c.corners = 4;
  c.more_events = 0, c.phase_names = true;
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
  if (!noise && far) add_far_event(scene, dice);
  if (!noise && !far) {
    add_local_event(scene, 0, dice);
    if (!scene.events.empty() && dice.chance(config.more_events))
      for (int i = 1, more = 1 + dice.below(4); i <= more; ++i) add_local_event(scene, i, dice);
  }
  LabelledTrace trace;
  trace.info = describe(scene);  // drops events that nobody could see
  Wavetrain train = record(scene, scene.events.empty(), wear);
  double peak = 0;
  for (const auto& x : train.x)
    for (const float v : x) peak = std::max(peak, static_cast<double>(std::abs(v)));
  Faults faults = random_faults(scene.noise_level, peak, config.rate, scene.frame, config.disturbances, wear);
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
