// Butterworth band-pass filters as second-order sections.
//
//     |H(f)|^2 = 1 / (1 + ((w^2 - w1 w2) / (w (w2 - w1)))^(2 corners)),   w = 2 rate tan(pi f / rate)   (likewise w1,
//     w2)
//
// Design by the bilinear transform of the analog prototype with pre-warped corners, as SciPy and ObsPy do.
// Source: Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.1.
#pragma once
#include <complex>
#include <span>
#include <vector>

namespace seisgrad {

// y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
struct Biquad {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
};

// `corners` sections. Throws std::invalid_argument unless 0 < low < high < rate / 2 (Hz) and corners >= 1.
std::vector<Biquad> butterworth_band_pass(int corners, double low, double high, double rate);

// H at f (Hz), of one pass.
std::complex<double> response(std::span<const Biquad> sections, double f, double rate);

// In place, from rest. The zero-phase filter runs forward, then backward: |H|^2 and no delay.
void filter_forward(std::span<const Biquad> sections, std::span<double> x);
void filter_zero_phase(std::span<const Biquad> sections, std::span<double> x);

}  // namespace seisgrad
