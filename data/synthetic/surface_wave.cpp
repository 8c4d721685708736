#include "data/synthetic/surface_wave.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

// The spectrum of a real series goes into one part of `z`.
void put(std::size_t k, std::complex<double> re, std::complex<double> im, ComplexSeries& z) {
  const std::complex<double> i(0, 1), here = re + i * im, mirror = std::conj(re) + i * std::conj(im);
  const std::size_t other = z.size() - k;
  z.re[k] = static_cast<float>(here.real()), z.im[k] = static_cast<float>(here.imag());
  z.re[other] = static_cast<float>(mirror.real()), z.im[other] = static_cast<float>(mirror.imag());
}

}  // namespace

SurfaceWave random_surface_wave(const EarthModel& crust, double distance, double depth, double azimuth, double s_level,
                                Dice& dice) {
  const Shell &top = crust.shells[0], &next = crust.shells[1];
  SurfaceWave w{.distance = distance, .depth = depth, .azimuth = azimuth};
  w.slow = 0.92 * top.vs_top;
  w.fast = std::max(1.1 * w.slow, 0.92 * next.vs_top);
  w.bend = w.slow / (2.5 * std::max(0.1, top.bottom));  // half a wavelength or so fits into the ground
  w.quality = dice.log_uniform(15, 80);
  w.ellipticity = dice.uniform(0.4, 1.2);
  // against S spreading as 1 / distance, a circle's 1 / sqrt(distance)
  const double size = s_level * std::sqrt(std::max(1.0, std::hypot(distance, depth) / 2));
  w.rayleigh = size * dice.log_normal(0.6, 0.6);
  w.love = size * dice.log_normal(0.6, 0.6);
  return w;
}

void add_surface_wave(const SurfaceWave& wave, const Spectrum& pulse, double origin, double rate, Wavetrain& out) {
  const std::size_t n = out.x[0].size();
  const double df = rate / static_cast<double>(n), sine = std::sin(wave.azimuth), cosine = std::cos(wave.azimuth);
  ComplexSeries horizontal(n), vertical(n);
  for (std::size_t k = 1; k < n / 2; ++k) {
    const double f = static_cast<double>(k) * df, c = wave.speed(f);
    const double size = std::exp(-2 * M_PI * f * wave.depth / c - M_PI * f * wave.distance / (c * wave.quality));
    if (size < 1e-4 && f > wave.bend) break;
    const auto arriving = [&](double speed, double level) {
      return std::complex<double>(pulse[k]) *
             std::polar(level * size * df, -2 * M_PI * f * (origin + wave.distance / speed));
    };
    const std::complex<double> up = arriving(c, wave.rayleigh), along = std::complex<double>(0, wave.ellipticity) * up,
                               across = arriving(1.06 * c, wave.love);
    put(k, along * sine + across * cosine, along * cosine - across * sine, horizontal);
    put(k, up, 0, vertical);
  }
  fft(n).inverse(horizontal);
  fft(n).inverse(vertical);
  for (std::size_t i = 0; i < n; ++i) {
    out.x[0][i] += horizontal.re[i];
    out.x[1][i] += horizontal.im[i];
    out.x[2][i] += vertical.re[i];
  }
}

}  // namespace seisgrad
