// Scattered waves: what follows a pulse because the Earth is rough. They have random phase, so they are noise with an
// envelope; the envelope is the mean energy of scattering theory, as energy a second for a pulse of energy 1.
//
//   coda      g v K(t / t0) exp(-2 pi f (t - t0) / Qc(f)),  K(x) = ln((x + 1) / (x - 1)) / x,  Qc = Q0 f^n
//             t since the origin, t0 the pulse's own, g the power lost to scattering a km: single isotropic scattering
//             (Sato, J. Phys. Earth 25, 1977; Aki & Chouet, JGR 80, 1975). It reaches every component alike.
//   forward   share (t / w^2) exp(-t / w), t since the pulse: many small bends on the way, which take the share
//             1 - exp(-distance / length) out of the pulse and make it emergent (shape after Sato & Fehler, Seismic
//             Wave Propagation and Scattering in the Heterogeneous Earth, section 9.3, simplified)
//   ground    strength / s exp(-t / s): the rough ground below the station
// The last two keep part of the pulse's polarisation.
#pragma once
#include <span>
#include <vector>

#include "data/synthetic/fft.h"
#include "data/synthetic/receiver.h"

namespace seisgrad {

// Of one path; drawn once for it.
struct Scattering {
  double per_km = 0.01;  // g
  double p_share = 4;    // of g, for waves that a P scatters into
  double quality = 100;  // Q0 of the coda
  double quality_power = 0.7;
  double length = 60;        // km: after this 1/e of the energy is still in the pulse
  double width = 0.5;        // s, of the forward envelope of S; P has 0.8 of it
  double polarised = 0.5;    // correlation of the scattered waves between components
  double vertical = 0.7;     // amplitude of the coda on Z against horizontals
  double distance = 30;      // km, of the pulse
  double band[2] = {4, 14};  // Hz: Qc(f) takes its values in three bands, split here
};
Scattering random_scattering(double distance, bool teleseismic, Dice& dice);

// Three series for horizontals and vertical, all of one kind of wave: pulses and their scattered waves, before the
// spectrum.
struct Wavetrain {
  std::vector<float> x[3];  // E, N, Z
  explicit Wavetrain(std::size_t n) : x{std::vector<float>(n), std::vector<float>(n), std::vector<float>(n)} {}
};

// Adds the pulses of `wave` among `incoming` and what they scatter. `key` names the random numbers.
void add_waves(std::span<const Incoming> incoming, Wave wave, const Scattering& scattering, const Site& site,
               double rate, RandomKey key, Wavetrain& train);

// White noise of variance 1 and of triangular distribution, as a function of the key.
void fill_white(RandomKey key, std::span<float> x);

}  // namespace seisgrad
