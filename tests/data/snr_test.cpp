#include "data/snr.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "data/synthetic/synthetic.h"

using namespace seisgrad;

TEST_CASE("snr: ten times the amplitude is 20 dB; unknown without samples, of zeros, of an offset") {
  std::vector<float> noise(200), signal(100);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = std::sin(static_cast<float>(i));
  for (std::size_t i = 0; i < signal.size(); ++i) signal[i] = 10 * noise[i];
  CHECK(snr_db(noise, signal) == doctest::Approx(20).epsilon(0.01));
  CHECK(snr_db(signal, noise) == doctest::Approx(-20).epsilon(0.01));
  noise[3] = 1e6f;  // one spike is not the noise
  CHECK(snr_db(noise, signal) == doctest::Approx(20).epsilon(0.01));
  CHECK(std::isnan(snr_db({}, signal)));
  CHECK(std::isnan(snr_db(std::vector<float>(50), signal)));
  CHECK(std::isnan(snr_db(noise, std::vector<float>(50, -3.f))));
}

TEST_CASE("snr: what a synthetic trace states is that of the seconds beside its first arrival") {
  SyntheticConfig config;
  config.noise_fraction = 0, config.more_events = 0;
  int stated = 0;
  for (int i = 0; i < 8; ++i) {
    const LabelledTrace trace = synthetic_trace(config, i);
    const double p = trace.info.first('P');
    if (!(p >= 100 && p < 5900)) continue;
    const float* onset = trace.samples.data() + 2 * 6000 + static_cast<std::int64_t>(p);
    const double z = snr_db({onset - 100, 100}, {onset, 100});
    if (std::isnan(z)) continue;
    CHECK(trace.info.snr_db[2] == z);
    ++stated;
  }
  CHECK(stated > 2);
}
