#include "data/synthetic/pulse.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {

std::complex<double> attenuate(double f, const Attenuation& a) {
  if (f <= 0) return 1;
  const double lost = M_PI * a.path * std::pow(f, a.gamma);
  const double lagged = lost * std::tan(M_PI / 2 * a.gamma);
  const double ground = M_PI * a.kappa * f, ground_lag = -2 * a.kappa * f * std::log(std::max(1e-9, a.kappa * f / 4));
  return std::polar(std::exp(-lost - ground), -lagged - ground_lag);
}

std::complex<double> respond(double f, const Sensor& sensor) {
  const double f0 = sensor.corner;
  std::complex<double> velocity = f * f / std::complex<double>(f * f - f0 * f0, -2 * 0.7 * f0 * f);
  if (sensor.recorder_rate > 0) velocity *= anti_alias(f, sensor.recorder_rate);
  return sensor.acceleration ? velocity * std::complex<double>(0, 2 * M_PI * f) : velocity;
}

double anti_alias(double f, double rate) {
  const double x = f / (0.5 * rate);
  if (x <= 0.7) return 1;
  return x >= 1 ? 0 : 0.5 * (1 + std::cos(M_PI * (x - 0.7) / 0.3));
}

Spectrum pulse_spectrum(const Source& source, bool s, const Attenuation& attenuation,
                        const std::vector<Reverberation>& layers, const Sensor& sensor, double rate,
                        std::size_t frame) {
  const std::size_t bins = frame / 2 + 1;
  const double df = rate / static_cast<double>(frame);
  // smooth factors at knots, straight lines between: every bin near 0, where they bend, every eighth later
  const auto smooth = [&](std::size_t k) {
    const double f = static_cast<double>(k) * df;
    return source.moment * anti_alias(f, rate) * std::complex<double>(0, 2 * M_PI * f) *
           brune_pulse(f, source.corner(s)) * attenuate(f, attenuation) * respond(f, sensor);
  };
  Spectrum out(bins);
  std::size_t knot = 0;
  std::complex<double> here = 0;
  while (knot + 1 < bins) {
    const std::size_t next = std::min(bins - 1, knot < 64 ? knot + 1 : knot + 8);
    const std::complex<double> there = smooth(next), step = (there - here) / static_cast<double>(next - knot);
    for (std::size_t k = knot; k < next; ++k) out[k] = std::complex<float>(here + step * static_cast<double>(k - knot));
    here = there, knot = next;
  }
  const auto turn = [&](double delay) { return std::polar(1.0, -2 * M_PI * df * delay); };
  if (source.parts.size() > 1) {
    std::vector<std::complex<double>> phase, step;
    for (const Subevent& part : source.parts) phase.push_back(part.share), step.push_back(turn(part.delay));
    for (std::complex<float>& bin : out) {
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < phase.size(); ++i) sum += phase[i], phase[i] *= step[i];
      bin *= std::complex<float>(sum);
    }
  }
  for (const Reverberation& layer : layers) {
    std::complex<double> phase = layer.reflection;
    const std::complex<double> step = turn(layer.delay);
    for (std::complex<float>& bin : out) {
      const std::complex<double> once = 1. + phase;
      bin *= std::complex<float>(std::conj(once) / std::norm(once)), phase *= step;  // a quarter of 1 / once's time
    }
  }
  return out;
}

}  // namespace seisgrad
