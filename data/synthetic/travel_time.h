// Rays in a spherical Earth: travel time T(distance) of P, S and core reflections.
//
// A ray has one parameter p = r sin(i) / v (s/rad), i its angle with the vertical; dT/d(distance) = p. With
// eta = r / v, in a shell where v = a r^b, between radii r2 < r1,
//
//     distance = [acos(p / eta1) - acos(p / eta2)] / (1 - b)      time = [sqrt(eta1^2 - p^2) - sqrt(eta2^2 - p^2)] / (1
//     - b)
//
// and a ray turns where eta = p, or is totally reflected where eta jumps below p. Shooting many p and closing in on a
// distance gives all rays that reach it. Sources: Bullen & Bolt, An Introduction to the Theory of Seismology, section
// 7; Buland & Chapman, "The computation of seismic travel times", BSSA 73, 1983.
#pragma once
#include <vector>

#include "data/synthetic/earth_model.h"

namespace seisgrad {

struct Ray {
  double time;       // s
  double p;          // s/rad
  double spreading;  // |d(distance)/dp|, rad^2/s: large where rays thin out
  double bottom;     // deepest point, km
  bool up;           // left the source upwards
};

// All rays of `wave` from a source at `depth` (km) to the surface at `distance` (km along it), direct, turning and
// totally reflected ones, sorted by time. Empty where there are none. REQUIRES: 0 <= depth < the model's floor.
std::vector<Ray> rays(const EarthModel& model, Wave wave, double depth, double distance);

// Rays that go down as `down`, are reflected at the model's floor and come up as `up`: for ak135 PcP, ScS, ScP.
std::vector<Ray> floor_reflections(const EarthModel& model, Wave down, Wave up, double depth, double distance);

// Rays that go up as `up`, are reflected at the surface and go down and up again as `down`: pP, sP, sS. Sorted by time;
// empty for a source at the surface, where they are the direct ones.
std::vector<Ray> surface_reflections(const EarthModel& model, Wave up, Wave down, double depth, double distance);

// Pg or Pn, Sg or Sn within the crust and just below, P or S deeper: the name of a ray of such a wave.
const char* phase_name(const EarthModel& model, Wave wave, const Ray& ray);

}  // namespace seisgrad
