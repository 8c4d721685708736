// What the ground below the station does to a ray: the free surface, conversions at the interfaces it crosses, layers
// that resonate.
#pragma once
#include <array>
#include <vector>

#include "data/synthetic/earth_model.h"
#include "data/synthetic/pulse.h"

namespace seisgrad {

// One arrival at the station: a pulse whose spectrum is that of its kind, times these levels.
struct Incoming {
  Wave wave = Wave::p;            // what it was on the way: decides the spectrum
  double time = 0;                // of its onset, s from the frame's first sample
  double travel = 0;              // s since the origin
  std::array<double, 3> level{};  // E, N, Z: displacement for a unit of moment, m / (N m)
  const char* phase = "";         // "" for conversions and multiples, which nobody labels
  bool scatters = true;           // brings scattered waves of its own
};

// Displacement of the free surface for an incident wave of amplitude 1: along the ray's horizontal direction and up.
// p in s/km. Source: Aki & Richards, section 5.2 and its equations for a free surface.
struct SurfaceMotion {
  double radial, vertical;
};
SurfaceMotion surface_motion(Wave wave, double p, double vp, double vs);

// Amplitude of the S (or P) wave that a P (or S) wave from below makes at an interface from shell `below` to shell
// `above`, for a small contrast. Source: Aki & Richards, equation 5.46, density after Gardner: vp^0.25.
double conversion(Wave incident, double p, const Shell& above, const Shell& below);

// The ground below one station, drawn once for it.
struct Site {
  std::vector<Reverberation> p_layers, s_layers;
  double kappa = 0.03;  // s, of S; P has `kappa_p`
  double kappa_p = 0.02;
  double conversions = 1;       // scales them
  double scatter_time = 0.3;    // s: how long the ground keeps ringing
  double scatter_strength = 1;  // energy of that against the pulse's
  double horizontal = 1;        // motion of horizontals against what the layers explain
};
Site random_site(const EarthModel& model, Dice& dice);

// Adds to `incoming` the conversions of one ray: S waves that follow a P, P waves that come before an S, from the
// interfaces it crosses on its way up from `deepest` (km). `amplitude` is that of the ray's P or SV, `azimuth` the
// direction (radians from north) in which it travels.
void add_conversions(const EarthModel& model, const Site& site, const Incoming& ray, double deepest, double p,
                     double amplitude, double azimuth, std::vector<Incoming>& incoming);

std::array<double, 3> towards(double radial, double transverse, double vertical, double azimuth);

}  // namespace seisgrad
