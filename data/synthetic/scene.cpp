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
  if (c.slow_recorders > 0 && around.chance(c.slow_recorders)) sensor.recorder_rate = around.log_uniform(4.5, 16);
  noise = random_noise_spectrum(c.storms, around);
  // the ground moves more sideways than up: soft ground, and people
  gain[0] = around.log_normal(1.15, 0.2), gain[1] = gain[0] * around.log_normal(1, 0.1);
  gain[2] = around.log_normal(0.75, 0.2);
  measure_noise();
  const double margins = (before_seconds + after_seconds) * c.rate;
  frame = power_of_two(samples() + static_cast<std::size_t>(margins));
  begin = frame - samples() - static_cast<std::size_t>(after_seconds * c.rate);
}

void Scene::measure_noise() {
  noise_level = std::sqrt(noise.band_power(low(), high(), sensor, config.rate));
  const double ratio = std::cbrt(high() / low());
  for (int b = 0; b < NoiseBands::count; ++b) bands.edge[b] = low() * std::pow(ratio, b), bands.power[b] = 0;
  constexpr int steps = 24;
  for (int i = 0; i < steps; ++i) {
    const double f = low() * std::pow(high() / low(), (i + 0.5) / steps);
    const auto slow = [&](int b) { return 1. / std::complex<double>(1, f / bands.edge[b]); };  // what a pole lets pass
    const double power = noise.power(f, sensor, config.rate) * f * std::log(high() / low()) / steps *
                         std::pow(std::norm(1. - slow(0)), 2);
    bands.power[0] += power * std::norm(slow(1));
    bands.power[1] += power * std::norm(slow(2) - slow(1));
    bands.power[2] += power * std::norm(1. - slow(2));
  }
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
  divide_into_parts(event.at.source, quake.magnitude, std::max(0.5, 0.15 * event.at.incoming.front().travel), dice);
  const RandomKey key{.seed = scene.config.seed,
                      .purpose = Purpose::synthetic_path,
                      .step = static_cast<std::uint32_t>(scene.index),
                      .stream = static_cast<std::uint16_t>(64 + 32 * number)};
  add_event(event.at, scene.site, scene.sensor, scene.config.rate, key, event.waves);
  for (Incoming& ray : event.at.incoming)  // in P's coda the small beginning of S cannot be seen
    if (ray.wave == Wave::s) ray.time += event.at.source.initial;
  return event;
}

}  // namespace seisgrad
