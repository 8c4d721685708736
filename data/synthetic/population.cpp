#include "data/synthetic/population.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

// Signal-to-noise ratios (dB) from hardly visible, which are most of what a picker is wanted for, to 60 and more.
double random_snr(double least, Dice& dice) {
  return dice.chance(0.35) ? dice.uniform(least, std::max(least, 16.0))
                           : std::clamp(26 + 14 * dice.normal(), least, 85.0);
}

struct Member {
  double distance, depth, azimuth;  // km, radians
  double snr;                       // of P, dB
};

// Half of the events within 15 km, as a dense network's; the others evenly in log distance.
Member random_member(const Scene& scene, Dice& dice) {
  Member m{};
  m.distance = dice.chance(0.6) ? dice.log_normal(14, 0.9) : dice.log_uniform(4, 350);
  m.distance = std::clamp(m.distance, 0.3, 400.0);
  m.depth = std::clamp(dice.log_normal(6, 0.7), 0.5, scene.crust.moho + 8);
  // a geothermal field, a volcano, a mine: S follows P within a second
  if (dice.chance(0.25)) m.distance = dice.log_uniform(0.4, 10), m.depth = dice.log_uniform(0.3, 5);
  m.azimuth = dice.uniform(0, 2 * M_PI);
  m.snr = random_snr(scene.config.least_snr, dice);
  return m;
}

// Another of the same sequence: close by, 35 dB weaker to 20 dB stronger.
Member neighbour(const Scene& scene, const Member& first, Dice& dice) {
  Member m = first;
  m.distance = std::max(0.3, first.distance + dice.uniform(-3, 3));
  m.depth = std::clamp(first.depth + dice.uniform(-2, 2), 0.5, scene.crust.moho + 8);
  m.azimuth += 3 / m.distance * dice.uniform(-1, 1);
  m.snr = std::clamp(first.snr + dice.uniform(-35, 20), scene.config.least_snr, 85.0);
  return m;
}

double s_minus_p(const EventAtStation& at) {
  double p = 1e9, s = 1e9;
  for (const Incoming& ray : at.incoming)
    if (*ray.phase) (ray.wave == Wave::p ? p : s) = std::min(ray.wave == Wave::p ? p : s, ray.time);
  return s - p;
}

enum class When { inside, under_way, over };

// Where the first P lies, seconds from the trace's begin: inside anywhere, mostly so that S is in the trace, too; under
// way before the trace, S inside; over so long before that its detection (data/labels.h) has ended and its coda not.
double random_place(When when, double seconds, double gap, Dice& dice) {
  if (when == When::under_way) return -dice.uniform(0.1, 0.95) * std::min(gap, 0.8 * seconds);
  if (when == When::over) return -1.45 * gap - dice.uniform(0.2, 8);
  const double last = seconds - 0.5 - (dice.chance(0.85) ? std::min(gap + 1, 0.8 * seconds) : 0);
  return dice.uniform(0.3, std::max(1.0, last));
}

void add(Scene& scene, const Member& m, When when, Dice& dice) {
  const auto number = static_cast<std::uint16_t>(scene.events.size());
  Quake quake = random_quake(dice);
  quake.depth = m.depth;
  EventAtStation at = local_path(scene.crust, scene.site, scene.region, quake, m.distance, m.azimuth, dice);
  if (at.incoming.empty()) return;
  quake.magnitude = std::min(6.5, magnitude_seen_at(scene, quake, at, m.snr));
  const double begin = random_place(when, scene.config.seconds, s_minus_p(at), dice);
  scene.events.push_back(place(scene, quake, std::move(at), m.distance, m.azimuth, Wave::p, begin, number));
}

// One group of a far event, its first arrival `begin` seconds after the trace's.
void add_far(Scene& scene, double snr, double begin, Dice& dice) {
  const char group = dice.chance(0.5) ? 'P' : 'S';
  const double distance = km_per_degree * dice.uniform(group == 'P' ? 14 : 18, 95), azimuth = dice.uniform(0, 2 * M_PI);
  Quake quake = random_quake(dice);
  quake.depth = dice.chance(0.7) ? dice.uniform(5, 50) : dice.log_uniform(50, 650);
  EventAtStation at = far_path(group, scene.crust, scene.site, quake, distance, azimuth, dice);
  if (at.incoming.empty()) return;
  quake.magnitude = std::min(8.5, magnitude_seen_at(scene, quake, at, snr));
  scene.events.push_back(
      place(scene, quake, std::move(at), distance, azimuth, group == 'P' ? Wave::p : Wave::s, begin, 0));
}

}  // namespace

void add_local_events(Scene& scene, Dice& dice) {
  const double several = scene.config.more_events;
  Member first = random_member(scene, dice);
  const bool more = dice.chance(several), dense = more && dice.chance(0.35);
  if (dense) first.distance = std::min(first.distance, dice.uniform(5, 60));
  add(scene, first, dice.chance(0.15 * several) ? When::under_way : When::inside, dice);
  for (int left = !more ? 0 : dense ? 2 + dice.below(5) : 1 + dice.below(2); left > 0; --left) {
    Member next = dense || dice.chance(0.75) ? neighbour(scene, first, dice) : random_member(scene, dice);
    next.snr = std::clamp(next.snr, first.snr - 35, first.snr + 20);
    add(scene, next, dice.chance(0.1) ? When::under_way : When::inside, dice);
  }
  if (dice.chance(0.4 * several)) add(scene, neighbour(scene, first, dice), When::over, dice);
}

void add_coda(Scene& scene, Dice& dice) { add(scene, random_member(scene, dice), When::over, dice); }

void add_far_event(Scene& scene, Dice& dice) {
  const double snr = std::clamp(10 + 14 * dice.normal(), -14.0, 85.0);
  add_far(scene, snr, dice.uniform(0.05, 0.8) * scene.config.seconds, dice);
}

void add_far_coda(Scene& scene, Dice& dice) { add_far(scene, dice.uniform(15, 60), -dice.log_uniform(5, 80), dice); }

}  // namespace seisgrad
