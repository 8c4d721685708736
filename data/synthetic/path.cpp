#include "data/synthetic/path.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

// Amplitude 1 / km to which geometry thins a ray of this kind out, relative to one that left into a unit solid angle.
double spreading(const Ray& ray, double source_speed, double depth, double surface_speed, double distance) {
  const double eta = (earth_radius - depth) / source_speed, angle = distance / earth_radius;
  const double sin_source = std::min(1.0, ray.p / eta),
               cos_source = std::max(0.15, std::sqrt(1 - sin_source * sin_source));
  const double sin_up = std::min(1.0, ray.p * surface_speed / earth_radius),
               cos_up = std::max(0.15, std::sqrt(1 - sin_up * sin_up));
  const double tube = sin_source / (eta * cos_source * std::max(1e-9, ray.spreading)) /
                      (earth_radius * earth_radius * std::sin(std::max(1e-7, angle)) * cos_up);
  const double straight = 1 / std::hypot(distance, depth, 0.3);
  // ray theory gives infinity at caustics and nothing in shadows; real waves do neither
  return std::clamp(std::sqrt(tube), 0.03 * straight, 2 * straight);
}

double evened(double pattern, double mean, double blur) {
  const double size = std::sqrt((1 - blur) * pattern * pattern + blur * mean * mean);
  return pattern < 0 ? -size : size;
}

struct Station {
  const EarthModel& crust;
  const Site& site;
  double azimuth;
};

// Far-field displacement for a unit of moment: 1 / (4 pi sqrt(rho1 c1^5 rho2 c2)), SI. Aki & Richards, equation 9.75.
double far_field(double c1, double c2) {
  const auto density = [](double c) { return 1740 * std::pow(std::max(1.5, c), 0.25); };
  const double v1 = c1 * 1000, v2 = c2 * 1000;
  return 1 / (4 * M_PI * std::sqrt(density(c1) * std::pow(v1, 5) * density(c2) * v2));
}

// Adds a ray and its conversions. `geometry` in 1 / km.
void add_ray(const Station& station, const Quake& quake, Wave wave, const Ray& ray, double geometry, double c1,
             const char* phase, EventAtStation& event) {
  const Shell& top = station.crust.shells.front();
  const double p = ray.p / earth_radius, c2 = top.at_top(wave);
  const double sine = std::min(1.0, ray.p * c1 / (earth_radius - quake.depth));
  const double takeoff = ray.up ? M_PI - std::asin(sine) : std::asin(sine);
  const Radiation r = radiation(quake.mechanism, station.azimuth, takeoff);
  const double level = far_field(c1, c2) * geometry / 1000;
  // rays that are still too flat for the slow ground arrive as if it were gradual
  const SurfaceMotion motion = surface_motion(wave, std::min(p, 0.98 / top.vp_top), top.vp_top, top.vs_top);
  Incoming in{.wave = wave, .time = ray.time, .travel = ray.time, .level = {}, .phase = phase};
  double converting;
  if (wave == Wave::p) {
    converting = level * evened(r.p, 0.52, quake.blur);
    in.level = towards(converting * motion.radial, 0, converting * motion.vertical, station.azimuth);
  } else {
    converting = level * evened(r.sv, 0.45, quake.blur);
    const double sh = level * evened(r.sh, 0.45, quake.blur);
    in.level = towards(converting * motion.radial, 2 * sh, converting * motion.vertical, station.azimuth);
  }
  event.incoming.push_back(in);
  add_conversions(station.crust, station.site, in, ray.up ? std::min(quake.depth, ray.bottom) : ray.bottom,
                  std::min(p, 0.98 / top.vp_top), converting, station.azimuth, event.incoming);
}

}  // namespace

Region random_region(Dice& dice) {
  Region r;
  r.q_s = dice.log_uniform(50, 400);
  r.q_p = r.q_s * dice.uniform(0.8, 2);
  r.gamma = dice.uniform(0.3, 0.8);
  return r;
}

Quake random_quake(Dice& dice) {
  Quake q;
  q.mechanism = {dice.uniform(0, 2 * M_PI), std::acos(dice.uniform()), dice.uniform(-M_PI, M_PI)};
  q.stress_drop = std::clamp(dice.log_normal(3e6, 1.2), 1e5, 1e8);
  q.corner_ratio = dice.uniform(1, 1.7);
  q.blur = dice.uniform(0.2, 0.8);
  return q;
}

EventAtStation local_path(const EarthModel& crust, const Site& site, const Region& region, const Quake& quake,
                          double distance, double azimuth, Dice& dice) {
  EventAtStation event;
  const Station station{crust, site, azimuth};
  double travel[2] = {0, 0};
  for (const Wave wave : {Wave::p, Wave::s}) {
    const std::vector<Ray> found = rays(crust, wave, quake.depth, distance);
    if (found.empty()) return {};
    travel[wave == Wave::s] = found.front().time;
    const double c1 = crust.speed(wave, quake.depth), c2 = crust.shells.front().at_top(wave);
    for (std::size_t i = 0; i < found.size() && i < 8; ++i)
      add_ray(station, quake, wave, found[i], spreading(found[i], c1, quake.depth, c2, distance), c1,
              phase_name(crust, wave, found[i]), event);
  }
  event.p = {.path = travel[0] / region.q_p, .gamma = region.gamma, .kappa = site.kappa_p};
  event.s = {.path = travel[1] / region.q_s, .gamma = region.gamma, .kappa = site.kappa};
  event.scattering = random_scattering(std::hypot(distance, quake.depth), false, dice);
  if (quake.depth < 3) {
    double s_level = 0;
    for (const Incoming& ray : event.incoming)
      if (ray.wave == Wave::s) s_level = std::max(s_level, std::hypot(ray.level[0], ray.level[1], ray.level[2]));
    event.surface = random_surface_wave(crust, distance, quake.depth, azimuth, s_level, dice);
  }
  return event;
}

EventAtStation far_path(char group, const EarthModel& crust, const Site& site, const Quake& quake, double distance,
                        double azimuth, Dice& dice) {
  EventAtStation event;
  const EarthModel& earth = ak135();
  const Station station{crust, site, azimuth};
  const Wave main = group == 'P' ? Wave::p : Wave::s;
  const double c1 = earth.speed(main, quake.depth), c2 = earth.shells.front().at_top(main);
  const std::vector<Ray> found = rays(earth, main, quake.depth, distance);
  if (found.empty()) return {};
  const Ray& direct = found.front();
  const double geometry = spreading(direct, c1, quake.depth, c2, distance);
  add_ray(station, quake, main, direct, geometry, c1, group == 'P' ? "P" : "S", event);
  for (std::size_t i = 1; i < found.size() && i < 4; ++i)  // the branches of a triplication
    add_ray(station, quake, main, found[i], spreading(found[i], c1, quake.depth, c2, distance), c1, "", event);
  // depth phases: up to the surface first, at the same p, then down as the direct ray does
  for (const Wave up : {Wave::p, Wave::s}) {
    if (main == Wave::s && up == Wave::p) continue;
    double later = 0;
    const double p = direct.p / earth_radius;
    const auto slowness = [&](Wave wave, double depth) {
      const double v = earth.speed(wave, depth);
      return std::sqrt(std::max(0.0, 1 / (v * v) - p * p));
    };
    constexpr int steps = 20;
    for (int i = 0; i < steps; ++i) {
      const double depth = (i + 0.5) / steps * quake.depth;
      later += (slowness(up, depth) + slowness(main, depth)) * quake.depth / steps;
    }
    Ray echo = direct;
    echo.up = true;
    echo.bottom = quake.depth;
    echo.time += later;
    add_ray(station, quake, main, echo, geometry * dice.uniform(0.3, 1), c1, "", event);
  }
  // reflections from the core
  const auto reflected = [&](Wave down, Wave up, const char* phase, double coefficient) {
    for (const Ray& ray : floor_reflections(earth, down, up, quake.depth, distance)) {
      const double v = earth.speed(down, quake.depth);
      add_ray(station, quake, up, ray,
              coefficient * spreading(ray, v, quake.depth, earth.shells.front().at_top(up), distance), v, phase, event);
    }
  };
  if (group == 'P') reflected(Wave::p, Wave::p, "PcP", dice.uniform(0.1, 0.4));
  if (group == 'P') reflected(Wave::s, Wave::p, "ScP", dice.uniform(0.3, 1));
  if (group == 'S') reflected(Wave::s, Wave::s, "ScS", dice.uniform(0.5, 1));
  // t* of about 1 s for P and 4 s for S, less for deep sources; most of it above 700 km
  const double t_star = dice.uniform(0.3, 1.1) * (quake.depth > 300 ? 0.6 : 1);
  event.p = {.path = 0, .gamma = 0.5, .kappa = t_star + site.kappa_p};
  event.s = {.path = 0, .gamma = 0.5, .kappa = t_star * dice.uniform(3, 4.5) + site.kappa};
  event.scattering = random_scattering(distance, true, dice);
  return event;
}

}  // namespace seisgrad
