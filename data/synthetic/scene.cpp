#include "data/synthetic/scene.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

Sensor random_sensor(Dice& dice) {
  const double kind = dice.uniform();
  Sensor sensor;
  if (kind < 0.5) sensor.corner = dice.log_uniform(0.008, 0.03);  // broadband
  else if (kind < 0.65) sensor.corner = dice.log_uniform(0.1, 1);
  else if (kind < 0.85) sensor.corner = dice.uniform(0.9, 2);  // short period
  else sensor.corner = 4.5;                                    // geophone
  sensor.acceleration = dice.chance(0.1);
  return sensor;
}

constexpr double before_seconds = 10, after_seconds = 0.5;  // made beside the trace: waves under way, filters at rest

double energy(const std::array<double, 3>& v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }

}  // namespace

Scene::Scene(const SyntheticConfig& c, std::int64_t i) : config(c), index(i) {
  Dice ground(c.seed, Purpose::synthetic_path, i), around(c.seed, Purpose::synthetic_noise, i);
  crust = random_crust(ground);
  site = random_site(crust, ground);
  region = random_region(ground);
  sensor = random_sensor(around);
  noise = random_noise_spectrum(around);
  noise_level = std::sqrt(noise.band_power(low(), high(), sensor, c.rate));
  const double margins = (before_seconds + after_seconds) * c.rate;
  frame = power_of_two(samples() + static_cast<std::size_t>(margins));
  begin = frame - samples() - static_cast<std::size_t>(after_seconds * c.rate);
}

std::size_t Scene::samples() const { return static_cast<std::size_t>(std::llround(config.seconds * config.rate)); }
double Scene::low() const { return config.band_pass ? config.band_low : std::min(1.0, 0.05 * config.rate); }
double Scene::high() const { return std::min(config.band_pass ? config.band_high : 1e9, 0.45 * config.rate); }

double magnitude_seen_at(const Scene& scene, const Quake& quake, const EventAtStation& at, double snr_db) {
  bool has_p = false;
  for (const Incoming& ray : at.incoming) has_p |= ray.wave == Wave::p && *ray.phase;
  const Wave wave = has_p ? Wave::p : Wave::s;
  double level = 0;
  for (const Incoming& ray : at.incoming)
    if (ray.wave == wave) level = std::max(level, energy(ray.level));
  if (level == 0) return 2;
  const double speed = scene.crust.speed(Wave::s, std::min(quake.depth, 100.0));
  constexpr int steps = 16;
  double passed[steps], frequency[steps];  // everything that does not change with magnitude
  for (int i = 0; i < steps; ++i) {
    const double f = frequency[i] = scene.low() * std::pow(scene.high() / scene.low(), (i + 0.5) / steps);
    passed[i] = std::norm(2 * M_PI * f * anti_alias(f, scene.config.rate) * respond(f, scene.sensor) *
                          attenuate(f, wave == Wave::p ? at.p : at.s)) *
                2 * f * std::log(scene.high() / scene.low()) / steps * level;
  }
  double low = -1.5, high = 9;
  for (int halving = 0; halving < 12; ++halving) {
    const double magnitude = (low + high) / 2;
    const Source source = brune_source(magnitude, quake.stress_drop, quake.corner_ratio, speed);
    const double corner = source.corner(wave == Wave::s);
    double sum = 0;
    for (int i = 0; i < steps; ++i) sum += passed[i] * std::norm(brune_pulse(frequency[i], corner));
    const double power = sum * source.moment * source.moment / std::max(1.0, 1 / corner) / 3;  // a component
    (10 * std::log10(power / (scene.noise_level * scene.noise_level)) < snr_db ? low : high) = magnitude;
  }
  return (low + high) / 2;
}

PlacedEvent place(const Scene& scene, const Quake& quake, EventAtStation at, double distance, double azimuth,
                  Wave anchor, double seconds, std::uint16_t number) {
  PlacedEvent event{.at = std::move(at), .waves = Wavetrain(scene.frame)};
  event.magnitude = quake.magnitude, event.depth = quake.depth;
  event.distance = distance, event.azimuth = azimuth;
  double first = 1e9;
  for (const Incoming& ray : event.at.incoming)
    if (ray.wave == anchor && *ray.phase) first = std::min(first, ray.time);
  event.origin = scene.at(seconds) - first;
  for (Incoming& ray : event.at.incoming) ray.time += event.origin;
  Dice dice(scene.config.seed, Purpose::synthetic_event, scene.index, static_cast<std::uint16_t>(16 + number));
  const double speed = scene.crust.speed(Wave::s, std::min(quake.depth, 100.0));
  event.at.source = brune_source(quake.magnitude, quake.stress_drop, quake.corner_ratio, speed);
  divide_into_parts(event.at.source, quake.magnitude, dice);
  const RandomKey key{.seed = scene.config.seed,
                      .purpose = Purpose::synthetic_path,
                      .step = static_cast<std::uint32_t>(scene.index),
                      .stream = static_cast<std::uint16_t>(64 + 32 * number)};
  add_event(event.at, scene.site, scene.sensor, scene.config.rate, key, event.waves);
  return event;
}

const Incoming* first_seen(const Scene& scene, const PlacedEvent& event, Wave wave, bool& seen) {
  std::vector<const Incoming*> found;
  for (const Incoming& ray : event.at.incoming)
    if (ray.wave == wave && *ray.phase) found.push_back(&ray);
  std::sort(found.begin(), found.end(), [](const Incoming* a, const Incoming* b) { return a->time < b->time; });
  const double rate = scene.config.rate, n = static_cast<double>(scene.frame);
  const auto sample = [&](double t) { return static_cast<std::size_t>(std::clamp(t * rate, 0.0, n)); };
  // a second or, from afar, a few, on either side of an arrival: stronger than the noise and than what came before it
  const auto stands_out = [&](const Incoming& ray) {
    const double width = std::clamp(std::max(0.05 * ray.travel, event.at.scattering.width), 0.5, 5.0),
                 noise = scene.noise_level * scene.noise_level;
    const std::size_t from = sample(ray.time - width), on = sample(ray.time), to = sample(ray.time + width);
    for (const auto& x : event.waves.x) {
      double peak = 0, before = 0, after = 0;
      for (std::size_t i = from; i < on; ++i) before += static_cast<double>(x[i]) * x[i];
      for (std::size_t i = on; i < to; ++i) {
        const double square = static_cast<double>(x[i]) * x[i];
        peak = std::max(peak, square), after += square;
      }
      if (on > from) before /= static_cast<double>(on - from);
      if (to > on) after /= static_cast<double>(to - on);
      if (peak > 2 * noise && (after > 2 * before || peak > 12 * before)) return true;
    }
    return false;
  };
  seen = true;
  for (const Incoming* ray : found)
    if (stands_out(*ray)) return ray;
  seen = false;
  const auto weaker = [](const Incoming* a, const Incoming* b) { return energy(a->level) < energy(b->level); };
  return found.empty() ? nullptr : *std::max_element(found.begin(), found.end(), weaker);
}

}  // namespace seisgrad
