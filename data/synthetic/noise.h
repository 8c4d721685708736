// Ground noise: a random spectrum between the quietest and the loudest that the world's stations have seen, and noise
// with that spectrum.
#pragma once
#include "data/synthetic/pulse.h"
#include "data/synthetic/scattering.h"

namespace seisgrad {

// Power spectral density of ground acceleration at `f` (Hz), dB relative to 1 (m/s^2)^2 / Hz: the new low and new high
// noise models. They end at 10 Hz; beyond, the value at 10 Hz. Source: Peterson, USGS Open-File Report 93-322, tables 3
// and 4.
double low_noise_model(double f);
double high_noise_model(double f);

// How far the spectrum lies from the low (0) to the high (1) model, on a line in log f between these frequencies; so
// the microseism's peaks, which both models have, are always there.
struct NoiseSpectrum {
  static constexpr double at[] = {0.01, 0.05, 0.15, 0.4, 1, 3, 8, 20, 50};
  static constexpr int count = 9;
  double height[count]{};

  double acceleration_db(double f) const;
  // Of what the sensor gives: (m/s)^2 / Hz, or (m/s^2)^2 / Hz.
  double power(double f, const Sensor& sensor, double rate) const;
  // Its integral from `low` to `high` Hz; the square root is the noise's r.m.s. there.
  double band_power(double low, double high, const Sensor& sensor, double rate) const;
};
// With this chance the oceans are stormy: the microseism's knots, 0.05 to 0.4 Hz, lie up to half the models' distance
// higher than the others promise.
NoiseSpectrum random_noise_spectrum(double storms, Dice& dice);

// Adds noise of that spectrum, Gaussian; its strength wanders by a factor exp(+-`unsteady`) or so. `gain` scales each
// component (E, N, Z). The share `together` of the horizontals' power is the vertical's own motion, as noise that comes
// from one side has it, seen from the direction `azimuth` (radians).
void add_noise(const NoiseSpectrum& spectrum, const Sensor& sensor, double rate, const double (&gain)[3],
               double unsteady, double together, double azimuth, RandomKey key, Wavetrain& out);

}  // namespace seisgrad
