// Short-period surface waves of shallow events: Rayleigh's (Rg) and Love's, dispersed by the slow ground on top.
//
//   phase speed  c(f) = c1 + (c0 - c1) / (1 + (f / f1)^2), from c0 of the rock below to c1 of the ground
//   amplitude    S's pulse, times strength exp(-2 pi f depth / c) exp(-pi f distance / (c quality)): what leaves a deep
//                source or is short dies out, so that a few kilometres of depth leave nothing
//   motion       Rayleigh: up and, a quarter of a period apart, along the way; Love: across it
#pragma once
#include "data/synthetic/pulse.h"
#include "data/synthetic/scattering.h"

namespace seisgrad {

struct SurfaceWave {
  double slow = 1.5, fast = 3, bend = 1;  // c1, c0 (km/s), f1 (Hz)
  double distance = 10, depth = 1;        // km
  double azimuth = 0;                     // radians, from the source to the station
  double quality = 40, ellipticity = 0.7;
  double rayleigh = 0, love = 0;  // displacement for a unit of moment, as Incoming::level

  double speed(double f) const { return slow + (fast - slow) / (1 + f * f / (bend * bend)); }
};

// `s_level`: the displacement of the event's S for a unit of moment.
SurfaceWave random_surface_wave(const EarthModel& crust, double distance, double depth, double azimuth, double s_level,
                                Dice& dice);

// Adds its velocity to E, N, Z; `pulse` is the spectrum of S at the source and in the sensor, `origin` the source's
// time in the frame, s.
void add_surface_wave(const SurfaceWave& wave, const Spectrum& pulse, double origin, double rate, Wavetrain& out);

}  // namespace seisgrad
