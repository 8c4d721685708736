// What the way from the source to the digitiser does to a pulse, as complex spectra. All of it is causal: nothing comes
// before the arrival.
//
//   path      exp(-a (2 pi i f)^gamma), |.| = exp(-pi T f^gamma / Q0): Q grows as Q0 f^(1 - gamma). The exponential of
//             a power between 0 and 1 is the transform of a density on t > 0 (Kjartansson, JGR 84, 1979).
//   ground    exp(-pi kappa f), with the phase delay kappa / pi ln(4 / (kappa f)) of a constant Q (Azimi et al., 1968):
//             the arrival's time is that of the frequency 4 / kappa, above which nothing passes
//   layers    1 / (1 + r exp(-2 pi i f delay)): waves caught between the surface and a layer's bottom
//   seismometer  f^2 / (f^2 - f0^2 - 2 i h f0 f), h = 0.7, velocity above f0; and its recorder's anti-alias filter
#pragma once
#include <complex>
#include <vector>

#include "data/synthetic/source.h"

namespace seisgrad {

struct Attenuation {
  double path = 0;  // T / Q0, s
  double gamma = 0.5;
  double kappa = 0.02;  // s
};

struct Reverberation {
  double delay = 0.1;       // s, there and back
  double reflection = 0.3;  // of amplitude, losses included
};

struct Sensor {
  double corner = 0.01;       // Hz
  bool acceleration = false;  // instead of velocity
  double recorder_rate = 0;   // Hz, where it is below the trace's: nothing is left above half of it; 0: it is not
};

std::complex<double> attenuate(double f, const Attenuation& a);
std::complex<double> respond(double f, const Sensor& sensor);

using Spectrum = std::vector<std::complex<float>>;  // of frequencies k rate / frame, k = 0, ..., frame / 2

// Ground velocity, or acceleration, as recorded from a unit of moment; cut off towards half the rate as a digitiser
// does.
Spectrum pulse_spectrum(const Source& source, bool s, const Attenuation& attenuation,
                        const std::vector<Reverberation>& layers, const Sensor& sensor, double rate, std::size_t frame);

// 1 below 0.7 of half the rate, 0 at it.
double anti_alias(double f, double rate);

}  // namespace seisgrad
