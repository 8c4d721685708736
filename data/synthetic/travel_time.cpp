#include "data/synthetic/travel_time.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace seisgrad {
namespace {

struct Leg {
  double time = 0, angle = 0;
  double bottom = 0;     // depth where it turned, or the one asked for
  bool complete = true;  // reached the depth asked for without turning
};

constexpr double nearly = 1 - 1e-12;  // a ray that leaves its source horizontally turns there but for rounding

double angle_at(double p, double eta) { return p < eta ? std::acos(p / eta) : 0; }
double root_at(double p, double eta) { return p < eta ? std::sqrt(eta * eta - p * p) : 0; }

// From the surface down to `depth`, or to where it turns before.
Leg leg(const EarthModel& model, Wave wave, double p, double depth) {
  Leg sum;
  for (const Shell& shell : model.shells) {
    if (shell.top >= depth) break;
    const double r1 = earth_radius - shell.top, floor = earth_radius - shell.bottom;
    const double v1 = shell.at_top(wave), eta1 = r1 / v1;
    sum.bottom = shell.top;
    if (eta1 < p * nearly) return sum.complete = false, sum;  // totally reflected
    const double b = std::log(v1 / shell.at_bottom(wave)) / std::log(r1 / floor);
    const double r2 = std::max(floor, earth_radius - depth), eta2 = eta1 * std::pow(r2 / r1, 1 - b);
    const bool turns = eta2 < p * nearly;
    sum.angle += (angle_at(p, eta1) - angle_at(p, eta2)) / (1 - b);
    sum.time += (root_at(p, eta1) - root_at(p, eta2)) / (1 - b);
    sum.bottom = turns ? earth_radius - r1 * std::pow(p / eta1, 1 / (1 - b)) : earth_radius - r2;
    if (turns) return sum.complete = false, sum;
  }
  return sum;
}

double slowness(const EarthModel& model, Wave wave, double depth) {
  return (earth_radius - depth) / model.speed(wave, depth);
}

// Adds ray parameters from `a` to `b`, dense at both ends, where distance goes with a square root.
void sample(std::vector<double>& ps, double a, double b, int count) {
  for (int i = 0; i <= count; ++i) ps.push_back(b + (a - b) * 0.5 * (1 + std::cos(M_PI * i / count)));
}

// A point of a travel-time curve; absent where no ray of that p exists.
struct Shot {
  double p, angle, time, bottom;
  bool exists;
};
using Shoot = std::function<Shot(double p)>;

// Adds the rays to `angle` between neighbours of `ps`, which run down one curve.
void close_in(const std::vector<double>& ps, const Shoot& shoot, double angle, bool up, std::vector<Ray>& found) {
  Shot a{};
  for (const double p : ps) {
    const Shot b = shoot(p);
    if (a.exists && b.exists && a.p != b.p && a.angle != b.angle && (a.angle - angle) * (b.angle - angle) <= 0) {
      const double w = (angle - a.angle) / (b.angle - a.angle);
      const Shot between = shoot(a.p + w * (b.p - a.p));
      const Shot& at = between.exists ? between : a;
      // time is exact to second order: dT = p d(angle)
      found.push_back(
          {at.time + at.p * (angle - at.angle), at.p, std::abs((b.angle - a.angle) / (b.p - a.p)), at.bottom, up});
    }
    a = b;
  }
}

// The least r / v on the way up from `depth`, its own left out: no ray of a smaller p is cut off there.
double least_slowness_above(const EarthModel& model, Wave wave, double depth) {
  double least = INFINITY;
  for (const Shell& s : model.shells)
    if (s.top < depth) {
      least = std::min(least, (earth_radius - s.top) / s.at_top(wave));
      if (s.bottom < depth) least = std::min(least, (earth_radius - s.bottom) / s.at_bottom(wave));
    }
  return least;
}

// Ray parameters of the rays that leave `depth` downwards, none above `least`: one piece of the curve for each shell,
// one for each jump.
std::vector<double> downward(const EarthModel& model, Wave wave, double depth, double least) {
  std::vector<double> ps;
  const double at_source = slowness(model, wave, depth);
  double above = least;
  for (const Shell& s : model.shells) {
    if (s.bottom <= depth) continue;
    const double top = std::min(above, s.top <= depth ? at_source : (earth_radius - s.top) / s.at_top(wave));
    const double bottom = std::min(top, (earth_radius - s.bottom) / s.at_bottom(wave));
    if (above > top) sample(ps, above, top, 6);
    sample(ps, top, bottom, 8);
    above = bottom;
  }
  return ps;
}

std::vector<Ray> sorted(std::vector<Ray> found) {
  std::sort(found.begin(), found.end(), [](const Ray& a, const Ray& b) { return a.time < b.time; });
  // a target on a sampled point is found on both of its sides
  const auto same = [](const Ray& a, const Ray& b) {
    return a.up == b.up && b.time - a.time < 1e-6 && std::abs(a.p - b.p) < 1e-6 * a.p;
  };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace

std::vector<Ray> rays(const EarthModel& model, Wave wave, double depth, double distance) {
  const double angle = distance / earth_radius;
  const double least = std::min(slowness(model, wave, depth), least_slowness_above(model, wave, depth));
  std::vector<Ray> found;
  if (depth > 0) {
    std::vector<double> ps;
    // even steps of the angle at the source: distance is smooth in it
    for (int i = 0; i <= 24; ++i) ps.push_back(least * std::cos(M_PI / 2 * i / 24));
    const Shoot shoot = [&](double p) {
      const Leg a = leg(model, wave, p, depth);
      return Shot{p, a.angle, a.time, depth, a.complete};
    };
    close_in(ps, shoot, angle, true, found);
  }
  const Shoot shoot = [&](double p) {
    const Leg whole = leg(model, wave, p, 1e9), part = leg(model, wave, p, depth);
    return Shot{p, 2 * whole.angle - part.angle, 2 * whole.time - part.time, whole.bottom,
                part.complete && !whole.complete};
  };
  close_in(downward(model, wave, depth, least), shoot, angle, false, found);
  return sorted(std::move(found));
}

std::vector<Ray> surface_reflections(const EarthModel& model, Wave up, Wave down, double depth, double distance) {
  if (depth <= 0) return {};
  const double least =
      std::min({slowness(model, down, 0), slowness(model, up, depth), least_slowness_above(model, up, depth)});
  const Shoot shoot = [&](double p) {
    const Leg back = leg(model, up, p, depth), whole = leg(model, down, p, 1e9);
    return Shot{p, back.angle + 2 * whole.angle, back.time + 2 * whole.time, whole.bottom,
                back.complete && !whole.complete};
  };
  std::vector<Ray> found;
  close_in(downward(model, down, 0, least), shoot, distance / earth_radius, true, found);
  return sorted(std::move(found));
}

std::vector<Ray> floor_reflections(const EarthModel& model, Wave down, Wave up, double depth, double distance) {
  const double floor = model.shells.back().bottom;
  const double most = std::min(
      slowness(model, down, depth),
      (earth_radius - floor) / std::max(model.shells.back().at_bottom(down), model.shells.back().at_bottom(up)));
  std::vector<double> ps;
  for (int i = 0; i <= 48; ++i) ps.push_back(most * std::cos(M_PI / 2 * i / 48));
  const Shoot shoot = [&](double p) {
    const Leg whole = leg(model, down, p, floor), part = leg(model, down, p, depth), back = leg(model, up, p, floor);
    return Shot{p, whole.angle - part.angle + back.angle, whole.time - part.time + back.time, floor,
                whole.complete && part.complete && back.complete};
  };
  std::vector<Ray> found;
  close_in(ps, shoot, distance / earth_radius, false, found);
  return sorted(std::move(found));
}

const char* phase_name(const EarthModel& model, Wave wave, const Ray& ray) {
  const bool p = wave == Wave::p;
  if (ray.bottom <= model.moho + 1e-6) return p ? "Pg" : "Sg";
  // Pn and Sn are the rays of the uppermost mantle
  if (ray.bottom < 120) return p ? "Pn" : "Sn";
  return p ? "P" : "S";
}

}  // namespace seisgrad
