#include "data/synthetic/noise.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace seisgrad {
namespace {

struct Piece {
  double period, a, b;  // from this period on a + b log10(period)
};
constexpr Piece low_pieces[] = {
    {0.10, -162.36, 5.64},    {0.17, -166.70, 0.00},    {0.40, -170.00, -8.30},   {0.80, -166.40, 28.90},
    {1.24, -168.60, 52.48},   {2.40, -159.98, 29.81},   {4.30, -141.10, 0.00},    {5.00, -71.36, -99.77},
    {6.00, -97.26, -66.49},   {10.00, -132.18, -31.57}, {12.00, -205.27, 36.16},  {15.60, -37.65, -104.33},
    {21.90, -114.37, -47.10}, {31.60, -160.58, -16.28}, {45.00, -187.50, 0.00},   {70.00, -216.47, 15.70},
    {101.00, -185.00, 0.00},  {154.00, -168.34, -7.61}, {328.00, -217.43, 11.90}, {600.00, -258.28, 26.60}};
constexpr Piece high_pieces[] = {{0.10, -108.73, -17.23}, {0.22, -150.34, -80.50}, {0.32, -122.31, -23.87},
                                 {0.80, -116.85, 32.51},  {3.80, -108.48, 18.08},  {4.60, -74.66, -32.95},
                                 {6.30, 0.66, -127.18},   {7.90, -93.37, -22.42},  {15.40, 73.54, -162.98},
                                 {20.00, -151.52, 10.01}, {354.80, -206.66, 31.63}};

double model(std::span<const Piece> pieces, double f) {
  const double period = std::clamp(1 / f, 0.1, 1e4);
  const Piece* piece = &pieces[0];
  for (const Piece& p : pieces)
    if (p.period <= period) piece = &p;
  return piece->a + piece->b * std::log10(period);
}

float uniform(std::uint32_t word) { return static_cast<float>(static_cast<std::int32_t>(word)) * 0x1p-31f; }  // -1 to 1

// Random spectrum of two independent real series, one in each part: uniform numbers will do, sums of thousands of them
// are Gaussian.
void random_spectrum(RandomKey key, std::span<const float> amplitude, ComplexSeries& z) {
  const std::size_t n = z.size(), half = n / 2;
  for (std::size_t k = 0; k < half; ++k) {
    const PhiloxBlock block = random_words(key, k);
    const float a = amplitude[k];
    z.re[k] = a * uniform(block.word[0]);
    z.im[k] = a * uniform(block.word[1]);
    if (k == 0) continue;
    z.re[n - k] = a * uniform(block.word[2]);
    z.im[n - k] = a * uniform(block.word[3]);
  }
}

}  // namespace

double low_noise_model(double f) { return model(low_pieces, f); }
double high_noise_model(double f) { return model(high_pieces, f); }

double NoiseSpectrum::acceleration_db(double f) const {
  int i = 0;
  while (i + 2 < count && f > at[i + 1]) ++i;
  const double w = std::clamp(std::log(f / at[i]) / std::log(at[i + 1] / at[i]), 0.0, 1.0);
  const double u = height[i] + w * (height[i + 1] - height[i]);
  return low_noise_model(f) + u * (high_noise_model(f) - low_noise_model(f));
}

double NoiseSpectrum::power(double f, const Sensor& sensor, double rate) const {
  const double w = 2 * M_PI * f, cut = anti_alias(f, rate);
  return std::pow(10, acceleration_db(f) / 10) / (w * w) * std::norm(respond(f, sensor)) * cut * cut;
}

double NoiseSpectrum::band_power(double low, double high, const Sensor& sensor, double rate) const {
  constexpr int steps = 24;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double f = low * std::pow(high / low, (i + 0.5) / steps);
    sum += power(f, sensor, rate) * f * std::log(high / low) / steps;
  }
  return sum;
}

NoiseSpectrum random_noise_spectrum(double storms, Dice& dice) {
  NoiseSpectrum s;
  double u = dice.uniform(0.02, 0.5);
  const double trend = 0.07 + 0.06 * dice.normal();  // people make noise of high frequencies
  for (double& height : s.height) {
    height = std::clamp(u, 0.0, 1.0);
    u += trend + 0.12 * dice.normal();
  }
  if (storms > 0 && dice.chance(storms)) {
    const double raised = dice.uniform(0.1, 0.5);
    for (int i = 1; i <= 3; ++i) s.height[i] = std::min(1.0, s.height[i] + raised);
  }
  return s;
}

void add_noise(const NoiseSpectrum& spectrum, const Sensor& sensor, double rate, const double (&gain)[3],
               double unsteady, double together, double azimuth, RandomKey key, Wavetrain& out) {
  const std::size_t n = out.x[0].size(), half = n / 2;
  const double df = rate / static_cast<double>(n);
  std::vector<float> amplitude(half + 1);
  std::size_t knot = 0;
  float here = 0;
  while (knot < half) {
    const std::size_t next = std::min(half, knot < 64 ? knot + 1 : knot + 16);
    // the variance of one part is half the sum of |Z|^2 over both signs of f; a uniform number of -1 to 1 has 1/3
    const double power = spectrum.power(static_cast<double>(next) * df, sensor, rate) * df;
    const auto there = static_cast<float>(std::sqrt(1.5 * power)),
               step = (there - here) / static_cast<float>(next - knot);
    for (std::size_t k = knot; k < next; ++k) amplitude[k] = here + step * static_cast<float>(k - knot);
    here = there, knot = next;
  }
  ComplexSeries horizontal(n), vertical(n);
  random_spectrum(key, amplitude, horizontal);
  ++key.stream;
  random_spectrum(key, amplitude, vertical);
  fft(n).inverse(horizontal);
  fft(n).inverse(vertical);
  const auto common = [&](double part) { return static_cast<float>(std::sqrt(2 * together) * part); };
  const auto rest = [](float part) { return std::sqrt(1 - part * part); };
  const float c0 = common(std::sin(azimuth)), c1 = common(std::cos(azimuth)), r0 = rest(c0), r1 = rest(c1);
  const auto step = static_cast<std::size_t>(std::max(2.0, 4 * rate));  // every 4 s another strength
  Dice dice(key.seed, key.purpose, key.step, static_cast<std::uint16_t>(key.stream + 1));
  double strength = unsteady * dice.normal();
  for (std::size_t begin = 0; begin < n; begin += step) {
    const double next = 0.7 * strength + 0.7 * unsteady * dice.normal();
    const double from = std::exp(strength), to = std::exp(next);
    const auto slope = static_cast<float>((to - from) / static_cast<double>(step));
    auto value = static_cast<float>(from);
    const auto g0 = static_cast<float>(gain[0]), g1 = static_cast<float>(gain[1]), g2 = static_cast<float>(gain[2]);
    for (std::size_t i = begin; i < std::min(n, begin + step); ++i, value += slope) {
      out.x[0][i] += g0 * value * (c0 * vertical.re[i] + r0 * horizontal.re[i]);
      out.x[1][i] += g1 * value * (c1 * vertical.re[i] + r1 * horizontal.im[i]);
      out.x[2][i] += g2 * value * vertical.re[i];
    }
    strength = next;
  }
}

}  // namespace seisgrad
