#include "data/synthetic/event.h"

namespace seisgrad {
namespace {

// z *= spectrum, which is given for half the frequencies; the others are its conjugate.
void filter(ComplexSeries& z, const Spectrum& spectrum) {
  const std::size_t n = z.size(), half = n / 2;
  const auto times = [&](std::size_t k, float re, float im) {
    const float a = z.re[k], b = z.im[k];
    z.re[k] = a * re - b * im;
    z.im[k] = a * im + b * re;
  };
  times(0, spectrum[0].real(), 0);
  times(half, spectrum[half].real(), 0);
  for (std::size_t k = 1; k < half; ++k) {
    times(k, spectrum[k].real(), spectrum[k].imag());
    times(n - k, spectrum[k].real(), -spectrum[k].imag());
  }
}

void add(const std::vector<float>& from, float scale, std::vector<float>& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += scale * from[i];
}

}  // namespace

void add_event(const EventAtStation& event, const Site& site, const Sensor& sensor, double rate, RandomKey key,
               Wavetrain& out) {
  const std::size_t n = out.x[0].size();
  // levels are as small as 1e-25 m / (N m) and moments as large as 1e20: floats want a common unit
  double unit = 0;
  for (const Incoming& ray : event.incoming)
    for (const double level : ray.level) unit = std::max(unit, std::abs(level));
  if (unit == 0) return;
  std::vector<Incoming> rays = event.incoming;
  for (Incoming& ray : rays)
    for (double& level : ray.level) level /= unit;
  Source source = event.source;
  source.moment *= unit;

  for (const Wave wave : {Wave::p, Wave::s}) {
    const bool s = wave == Wave::s;
    Wavetrain train(n);
    key.stream = static_cast<std::uint16_t>(key.stream + 8);
    add_waves(rays, wave, event.scattering, site, rate, key, train);
    ComplexSeries horizontal(0), vertical(n);
    horizontal.re = std::move(train.x[0]), horizontal.im = std::move(train.x[1]);
    vertical.re = std::move(train.x[2]);
    const auto scale = static_cast<float>(rate / static_cast<double>(n));  // v(t) = integral of V(f) df
    const Attenuation& attenuation = s ? event.s : event.p;
    // the vertical sees P caught in the layers, horizontals S, whatever came from below
    fft(n).forward(horizontal);
    filter(horizontal, pulse_spectrum(source, s, attenuation, site.s_layers, sensor, rate, n));
    fft(n).inverse(horizontal);
    fft(n).forward(vertical);
    filter(vertical, pulse_spectrum(source, s, attenuation, site.p_layers, sensor, rate, n));
    fft(n).inverse(vertical);
    const float more = scale * static_cast<float>(site.horizontal);
    add(horizontal.re, more, out.x[0]);
    add(horizontal.im, more, out.x[1]);
    add(vertical.re, scale, out.x[2]);
  }
  if (!event.surface) return;
  SurfaceWave surface = *event.surface;
  surface.rayleigh /= unit, surface.love /= unit;
  const double origin = event.incoming.front().time - event.incoming.front().travel;
  add_surface_wave(surface, pulse_spectrum(source, true, {.path = 0, .gamma = 0.5, .kappa = 0.01}, {}, sensor, rate, n),
                   origin, rate, out);
}

}  // namespace seisgrad
