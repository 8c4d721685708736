#include "data/synthetic/source.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {

Radiation radiation(const Mechanism& mechanism, double azimuth, double takeoff) {
  const double dip = mechanism.dip, rake = mechanism.rake, along = azimuth - mechanism.strike;
  const double si = std::sin(takeoff), ci = std::cos(takeoff), s2i = std::sin(2 * takeoff), c2i = std::cos(2 * takeoff);
  const double sd = std::sin(dip), cd = std::cos(dip), s2d = std::sin(2 * dip), c2d = std::cos(2 * dip);
  const double sl = std::sin(rake), cl = std::cos(rake);
  const double sa = std::sin(along), ca = std::cos(along), s2a = std::sin(2 * along), c2a = std::cos(2 * along);
  return {
      .p =
          cl * sd * si * si * s2a - cl * cd * s2i * ca + sl * s2d * (ci * ci - si * si * sa * sa) + sl * c2d * s2i * sa,
      .sv = sl * c2d * c2i * sa - cl * cd * c2i * ca + 0.5 * cl * sd * s2i * s2a - 0.5 * sl * s2d * s2i * (1 + sa * sa),
      .sh = cl * cd * ci * sa + cl * sd * si * c2a + sl * c2d * ci * ca - 0.5 * sl * s2d * si * s2a};
}

double moment_of(double magnitude) { return std::pow(10, 1.5 * magnitude + 9.05); }

double brune_corner(double moment, double stress_drop, double s_speed) {
  return 0.37 * 1000 * s_speed * std::cbrt(16. / 7 * stress_drop / moment);
}

Source brune_source(double magnitude, double stress_drop, double corner_ratio, double s_speed) {
  const double moment = moment_of(magnitude), corner = brune_corner(moment, stress_drop, s_speed);
  return {.moment = moment, .corner_p = corner * corner_ratio, .corner_s = corner};
}

void divide_into_parts(Source& source, double magnitude, double latest, Dice& dice) {
  const int parts = dice.chance(std::clamp(0.2 * (magnitude - 1), 0.0, 0.8)) ? 2 + dice.below(3) : 1;
  source.parts = {{1, 0}};
  double sum = 1;
  if (dice.chance(0.85)) {  // the slow initial phase
    const double share = dice.log_uniform(0.03, 0.5), grown = dice.log_uniform(0.01, 0.06);
    source.initial = grown * std::pow(10, 0.15 * (magnitude - 1));
    source.parts = {{share, 0}, {1, source.initial}};
    sum += share;
  }
  for (int i = 1; i < parts; ++i) {  // the first one may well be the small beginning of something larger
    source.parts.push_back({dice.log_uniform(0.3, 8), std::min(latest, 1.2 / source.corner_s) * dice.uniform(0.08, 1)});
    sum += source.parts.back().share;
  }
  for (Subevent& part : source.parts) part.share /= sum;
}

std::complex<double> brune_pulse(double f, double corner) {
  const std::complex<double> pole(1, f / corner);
  return 1. / (pole * pole);
}

}  // namespace seisgrad
