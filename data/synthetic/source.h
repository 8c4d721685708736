// The earthquake: how much of P, SV and SH leaves in which direction, and with what spectrum.
#pragma once
#include <complex>
#include <vector>

#include "data/dice.h"

namespace seisgrad {

struct Mechanism {
  double strike, dip, rake;  // radians
};

struct Radiation {
  double p, sv, sh;
};

// Far-field pattern of a double couple towards `azimuth` (from north) and `takeoff` (from straight down), radians. Its
// mean square over the sphere is 4/15 for P and 2/5 for SV and SH together.
// Source: Aki & Richards, Quantitative Seismology, 2nd edition, equations 4.89 to 4.91.
Radiation radiation(const Mechanism& mechanism, double azimuth, double takeoff);

struct Subevent {
  double share, delay;  // of the moment; seconds after the first one
};

// Brune's spectrum: displacement is flat at the moment's level, then falls as (corner / f)^2. Its pulse t exp(-w t)
// begins at 0, sharply; most earthquakes begin with a small one, some hundredths of a second before the rest (Iio, GRL
// 19, 1992; Ellsworth & Beroza, Science 268, 1995), and larger ones go on with up to three more. Source: Brune, JGR 75,
// 1970; corner = 0.37 speed / radius, radius^3 = 7/16 moment / stress drop.
struct Source {
  double moment = 0;                  // N m
  double corner_p = 1, corner_s = 1;  // Hz
  std::vector<Subevent> parts = {{1, 0}};
  double initial = 0;  // s, of the small beginning

  double corner(bool s) const { return s ? corner_s : corner_p; }
};

double moment_of(double magnitude);                                      // Hanks & Kanamori, 1979
double brune_corner(double moment, double stress_drop, double s_speed);  // Pa, km/s; Hz
Source brune_source(double magnitude, double stress_drop, double corner_ratio, double s_speed);
// At most `latest` seconds apart: later ones would be earthquakes of their own, which nobody labels.
void divide_into_parts(Source& source, double magnitude, double latest, Dice& dice);

// moment x this is the spectrum of one part; 1 at 0 Hz.
std::complex<double> brune_pulse(double f, double corner);

}  // namespace seisgrad
