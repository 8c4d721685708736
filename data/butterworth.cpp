#include "data/butterworth.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tensor/require.h"

namespace seisgrad {

using Complex = std::complex<double>;
using std::numbers::pi;

namespace {

// One pass over the samples a section; the state is the transposed direct form's.
template <class Iterator>
void run(std::span<const Biquad> sections, Iterator begin, Iterator end) {
  for (const Biquad& s : sections) {
    double z1 = 0, z2 = 0;
    for (Iterator x = begin; x != end; ++x) {
      const double in = *x, out = s.b0 * in + z1;
      z1 = s.b1 * in - s.a1 * out + z2;
      z2 = s.b2 * in - s.a2 * out;
      *x = out;
    }
  }
}

// The 2 * corners poles of the digital filter, and its gain.
std::vector<Complex> digital_poles(int corners, double low, double high, double rate, double& gain) {
  const double w1 = 2 * rate * std::tan(pi * low / rate), w2 = 2 * rate * std::tan(pi * high / rate);
  const double width = w2 - w1;
  std::vector<Complex> poles;
  Complex scale = 1;
  for (int k = 0; k < corners; ++k) {
    const Complex prototype = std::polar(1.0, pi * (2 * k + corners + 1) / (2 * corners));
    const Complex half = prototype * width / 2.0, root = std::sqrt(half * half - w1 * w2);
    for (const Complex analog : {half + root, half - root}) {
      poles.push_back((2 * rate + analog) / (2 * rate - analog));
      scale *= 1.0 / (2 * rate - analog);
    }
    scale *= width * 2 * rate;
  }
  gain = scale.real();
  return poles;
}

}  // namespace

std::vector<Biquad> butterworth_band_pass(int corners, double low, double high, double rate) {
  require(corners >= 1 && 0 < low && low < high && high < rate / 2,
          "butterworth: wanted 0 < low < high < rate / 2, got ", low, " and ", high, " Hz at ", rate, " Hz, ", corners,
          " corners");
  double gain = 1;
  const std::vector<Complex> poles = digital_poles(corners, low, high, rate, gain);
  // Conjugate pairs make a section each; with a wide band two poles may be real, which then share one.
  std::vector<Biquad> sections;
  std::vector<double> real_poles;
  for (const Complex p : poles) {
    if (std::abs(p.imag()) < 1e-12) real_poles.push_back(p.real());
    else if (p.imag() > 0) sections.push_back({1, 0, -1, -2 * p.real(), std::norm(p)});
  }
  for (std::size_t i = 0; i + 1 < real_poles.size(); i += 2)
    sections.push_back({1, 0, -1, -(real_poles[i] + real_poles[i + 1]), real_poles[i] * real_poles[i + 1]});
  sections[0].b0 *= gain;
  sections[0].b2 *= gain;
  return sections;
}

Complex response(std::span<const Biquad> sections, double f, double rate) {
  const Complex z = std::polar(1.0, -2 * pi * f / rate);
  Complex h = 1;
  for (const Biquad& s : sections) h *= (s.b0 + z * (s.b1 + z * s.b2)) / (1.0 + z * (s.a1 + z * s.a2));
  return h;
}

void filter_forward(std::span<const Biquad> sections, std::span<double> x) { run(sections, x.begin(), x.end()); }

void filter_zero_phase(std::span<const Biquad> sections, std::span<double> x) {
  run(sections, x.begin(), x.end());
  run(sections, x.rbegin(), x.rend());
}

}  // namespace seisgrad
