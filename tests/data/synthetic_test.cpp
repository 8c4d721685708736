// Synthetic seismograms: their physics, part by part, and what is promised of whole traces.
#include "data/synthetic/synthetic.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <thread>

#include "data/packed.h"
#include "data/synthetic/noise.h"
#include "data/synthetic/path.h"

using namespace seisgrad;

TEST_CASE("synthetic: the transform agrees with its definition, and back") {
  for (const std::size_t n : {4u, 8u, 32u, 64u, 512u}) {
    CAPTURE(n);
    ComplexSeries x(n);
    Dice dice(1, Purpose::synthetic_noise, static_cast<std::int64_t>(n));
    for (std::size_t i = 0; i < n; ++i)
      x.re[i] = static_cast<float>(dice.normal()), x.im[i] = static_cast<float>(dice.normal());
    ComplexSeries y = x;
    fft(n).forward(y);
    double worst = 0;
    for (std::size_t k = 0; k < n; ++k) {
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        sum += std::complex<double>(x.re[i], x.im[i]) *
               std::polar(1.0, -2 * M_PI * static_cast<double>(k * i % n) / static_cast<double>(n));
      worst = std::max(worst, std::abs(sum - std::complex<double>(y.re[k], y.im[k])));
    }
    CHECK(worst < 1e-5 * std::sqrt(static_cast<double>(n)));
    fft(n).inverse(y);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(y.re[i] / static_cast<float>(n) == doctest::Approx(x.re[i]).epsilon(1e-4));
  }
  CHECK_THROWS_AS(Fft(12), std::invalid_argument);
}

TEST_CASE(
    "synthetic: Brune's spectrum is flat, half at the corner, then falls as f^-2; larger events have lower corners") {
  CHECK(std::abs(brune_pulse(0.01, 5)) == doctest::Approx(1).epsilon(1e-4));
  CHECK(std::abs(brune_pulse(5, 5)) == doctest::Approx(0.5));
  CHECK(std::abs(brune_pulse(400, 5)) / std::abs(brune_pulse(800, 5)) == doctest::Approx(4).epsilon(1e-3));
  CHECK(moment_of(4) / moment_of(2) == doctest::Approx(1000));
  // the corner of M 3 at 3 MPa and 3.5 km/s is near 8 Hz (Brune's k of 0.37)
  CHECK(brune_corner(moment_of(3), 3e6, 3.5) == doctest::Approx(7.5).epsilon(0.1));
  CHECK(brune_corner(moment_of(5), 3e6, 3.5) == doctest::Approx(0.75).epsilon(0.1));
}

TEST_CASE("synthetic: a double couple radiates 4/15 as P and 2/5 as S, on average over the sphere") {
  const Mechanism mechanism{0.7, 1.1, -0.4};
  double p = 0, s = 0, weight = 0;
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 120; ++j) {
      const double takeoff = M_PI * (i + 0.5) / 60, area = std::sin(takeoff);
      const Radiation r = radiation(mechanism, 2 * M_PI * j / 120, takeoff);
      p += area * r.p * r.p, s += area * (r.sv * r.sv + r.sh * r.sh), weight += area;
    }
  CHECK(p / weight == doctest::Approx(4. / 15).epsilon(1e-3));
  CHECK(s / weight == doctest::Approx(2. / 5).epsilon(1e-3));
}

TEST_CASE("synthetic: a pulse does not begin before its arrival") {
  for (const double kappa : {0.01, 0.03, 0.3}) {
    for (const double path : {0.0, 0.05, 0.3}) {
      CAPTURE(kappa);
      CAPTURE(path);
      const std::size_t n = 4096;
      const Spectrum spectrum =
          pulse_spectrum({.moment = 1, .corner_p = 8, .corner_s = 8, .parts = {{1, 0}}}, false, {path, 0.5, kappa},
                         {{0.2, 0.4}}, {.corner = 1, .acceleration = false}, 100, n);
      ComplexSeries x(n);
      for (std::size_t k = 0; k <= n / 2; ++k) {
        // half a second late, so that what comes early is not wrapped to the end
        const std::complex<double> v =
            std::complex<double>(spectrum[k]) *
            std::polar(1.0, -2 * M_PI * static_cast<double>(k) * 50 / static_cast<double>(n));
        x.re[k] = static_cast<float>(v.real()), x.im[k] = static_cast<float>(v.imag());
        if (k > 0 && k < n / 2) x.re[n - k] = x.re[k], x.im[n - k] = -x.im[k];
      }
      fft(n).inverse(x);
      double before = 0, all = 0, early = 0;
      for (std::size_t i = 0; i < n; ++i) all += static_cast<double>(x.re[i]) * x.re[i];
      for (std::size_t i = 0; i < 47; ++i) before += static_cast<double>(x.re[i]) * x.re[i];
      for (std::size_t i = 47; i < 65; ++i) early += static_cast<double>(x.re[i]) * x.re[i];
      CHECK(before < 0.01 * all);  // constant Q lets a little through above the frequency whose arrival is the label
      if (kappa < 0.1 && path < 0.1) CHECK(early > 0.15 * all);
    }
  }
}

TEST_CASE("synthetic: P moves along its ray, SH across it; the free surface doubles") {
  CHECK(surface_motion(Wave::p, 0, 5, 3).vertical == doctest::Approx(2));
  CHECK(surface_motion(Wave::p, 0, 5, 3).radial == doctest::Approx(0));
  CHECK(surface_motion(Wave::s, 0, 5, 3).radial == doctest::Approx(2));
  // apparent angle of incidence: tan = 2 p vs sqrt(1 - vs^2 p^2) / (1 - 2 vs^2 p^2) (Wiechert)
  const double p = 0.12, vs = 3;
  const SurfaceMotion motion = surface_motion(Wave::p, p, 5, vs);
  CHECK(motion.radial / motion.vertical ==
        doctest::Approx(2 * p * vs * std::sqrt(1 - vs * vs * p * p) / (1 - 2 * vs * vs * p * p)));
  const auto east = towards(1, 0, 0, M_PI / 2), transverse = towards(0, 1, 0, 0);
  CHECK(east[0] == doctest::Approx(1));
  CHECK(east[1] == doctest::Approx(0));
  CHECK(transverse[0] == doctest::Approx(1));
}

TEST_CASE("synthetic: noise lies between Peterson's models; the models at known periods") {
  CHECK(low_noise_model(1 / 4.5) == doctest::Approx(-141.1));
  CHECK(low_noise_model(10) == doctest::Approx(-168.0).epsilon(1e-3));
  CHECK(high_noise_model(1 / 6.3) == doctest::Approx(-101).epsilon(0.005));
  CHECK(high_noise_model(10) == doctest::Approx(-91.5).epsilon(1e-3));
  const std::size_t n = 8192;
  const double rate = 100, df = rate / n;
  const Sensor sensor{.corner = 0.01, .acceleration = true};
  for (int index = 0; index < 8; ++index) {
    CAPTURE(index);
    Dice dice(3, Purpose::synthetic_noise, index);
    const NoiseSpectrum spectrum = random_noise_spectrum(0, dice);
    Wavetrain train(n);
    add_noise(spectrum, sensor, rate, {1, 1, 1}, 0, 0.3, 1,
              {.seed = 9, .purpose = Purpose::synthetic_noise, .step = static_cast<std::uint32_t>(index)}, train);
    ComplexSeries x(n);
    x.re = train.x[1];
    fft(n).forward(x);
    for (const double f : {0.3, 1.0, 3.0, 10.0, 30.0}) {
      CAPTURE(f);
      double power = 0;
      const auto first = static_cast<std::size_t>(0.8 * f / df), last = static_cast<std::size_t>(1.25 * f / df);
      for (std::size_t k = first; k <= last; ++k) power += std::pow(x.re[k], 2) + std::pow(x.im[k], 2);
      const double db = 10 * std::log10(2 * power / static_cast<double>(last - first + 1) /
                                        (static_cast<double>(n) * static_cast<double>(n)) / df);
      CHECK(db == doctest::Approx(spectrum.acceleration_db(f)).epsilon(0.03));
      CHECK(db > low_noise_model(f) - 4);
      CHECK(db < high_noise_model(f) + 4);
    }
  }
}

TEST_CASE("synthetic: storms raise the microseism and nothing else") {
  for (int index = 0; index < 8; ++index) {
    CAPTURE(index);
    Dice calm_dice(3, Purpose::synthetic_noise, index), stormy_dice(3, Purpose::synthetic_noise, index);
    const NoiseSpectrum calm = random_noise_spectrum(0, calm_dice), stormy = random_noise_spectrum(1, stormy_dice);
    for (const double f : {0.01, 1., 5.}) CHECK(stormy.acceleration_db(f) == calm.acceleration_db(f));
    CHECK(stormy.acceleration_db(0.15) > calm.acceleration_db(0.15) + 2);
    CHECK(stormy.acceleration_db(0.15) <= high_noise_model(0.15));
  }
}

TEST_CASE("synthetic: traces are usable, their S comes after P, they begin to move at P") {
  SyntheticConfig config;
  config.disturbances = 0, config.more_events = 0, config.noise_fraction = 0.1;
  int events = 0, noise = 0, rises = 0, clear = 0;
  std::set<std::string> names;
  for (int i = 0; i < 150; ++i) {
    CAPTURE(i);
    const LabelledTrace trace = synthetic_trace(config, i);
    CHECK(why_unusable(trace) == "");
    names.insert(trace.info.id);
    (trace.info.noise ? noise : events)++;
    if (trace.info.noise) continue;
    const double p = trace.info.first('P'), s = trace.info.first('S');
    if (std::isfinite(p) && std::isfinite(s)) CHECK(s > p);
    CHECK(trace.info.coda_end >= trace.info.arrivals.back().sample);
    CHECK(trace.info.distance < 401);
    CHECK(trace.info.back_azimuth >= 0);
    CHECK(trace.info.back_azimuth <= 360);
    if (!std::isfinite(p) || p < 200 || p > 5800 || !(trace.info.snr_db[2] > 12)) continue;
    ++clear;
    const auto mean_square = [&](double from, double to) {
      double sum = 0;
      for (auto k = static_cast<std::size_t>(from); k < static_cast<std::size_t>(to); ++k)
        sum += std::pow(trace.samples[2 * 6000 + k], 2);
      return sum / (to - from);
    };
    rises += mean_square(p - 150, p - 10) * 10 < mean_square(p, p + 60);
  }
  CHECK(names.size() == 150);
  CHECK(events > 110);
  CHECK(noise > 3);
  CHECK(clear > 30);
  CHECK(rises > 0.9 * clear);
}

TEST_CASE("synthetic: the same bytes whatever the order and the threads; other seeds, other traces") {
  const SyntheticConfig config = synthetic_config(SyntheticKind::local);
  std::vector<LabelledTrace> forwards(12), threaded(12);
  for (int i = 0; i < 12; ++i) forwards[static_cast<std::size_t>(i)] = synthetic_trace(config, i);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&config, &threaded, t] {
      for (int i = 11 - t; i >= 0; i -= 3) threaded[static_cast<std::size_t>(i)] = synthetic_trace(config, i);
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(forwards[i].samples == threaded[i].samples);
    CHECK(forwards[i].info.arrivals == threaded[i].info.arrivals);
  }
  SyntheticConfig other = config;
  other.seed = 2;
  CHECK(synthetic_trace(other, 0).samples != forwards[0].samples);
}

TEST_CASE("synthetic: as in a bulletin, events are listed whole or not at all, and the stronger the likelier") {
  SyntheticConfig config;
  config.noise_fraction = 0, config.more_events = 0, config.disturbances = 0;
  int weak = 0, weak_listed = 0, strong = 0, strong_listed = 0;
  for (int i = 0; i < 150; ++i) {
    CAPTURE(i);
    config.as_bulletin = false;
    const LabelledTrace all = synthetic_trace(config, i);
    config.as_bulletin = true;
    const LabelledTrace some = synthetic_trace(config, i);
    const bool listed = !some.info.arrivals.empty();
    CHECK(some.info.noise == !listed);
    if (listed) CHECK(some.info.arrivals == all.info.arrivals);
    if (all.info.noise || !std::isfinite(all.info.snr_db[2])) continue;
    const bool is_strong = all.info.snr_db[2] > 25;
    (is_strong ? strong : weak)++;
    if (listed) (is_strong ? strong_listed : weak_listed)++;
  }
  REQUIRE(strong > 30);
  REQUIRE(weak > 20);
  CHECK(strong_listed > 0.8 * strong);
  CHECK(weak_listed < 0.8 * weak);
  CHECK(weak_listed > 0.2 * weak);
}

TEST_CASE("synthetic: any rate: the same arrivals in seconds") {
  SyntheticConfig config;
  config.noise_fraction = 0, config.more_events = 0, config.disturbances = 0;
  config.band_high = 18;
  int same = 0, both = 0;
  for (int i = 0; i < 20; ++i) {
    config.rate = 100;
    const LabelledTrace fast = synthetic_trace(config, i);
    config.rate = 50;
    const LabelledTrace slow = synthetic_trace(config, i);
    CHECK(slow.info.samples == 3000);
    const double a = fast.info.first('P') / 100, b = slow.info.first('P') / 50;
    if (!std::isfinite(a) || !std::isfinite(b)) continue;
    ++both;
    same += std::abs(a - b) < 0.011 && std::abs(fast.info.magnitude - slow.info.magnitude) < 0.1;
  }
  CHECK(both > 14);
  CHECK(same > 0.85 * both);  // which of two rays can be seen may differ
}

TEST_CASE("synthetic: far earthquakes, and what cannot be made") {
  const SyntheticConfig config = synthetic_config(SyntheticKind::teleseismic);
  int p = 0, s = 0;
  for (int i = 0; i < 60; ++i) {
    const LabelledTrace trace = synthetic_trace(config, i);
    CHECK(why_unusable(trace) == "");
    CHECK(trace.info.samples == 2400);
    if (trace.info.noise) continue;
    CHECK(trace.info.distance > 1500);
    p += std::isfinite(trace.info.first('P')), s += std::isfinite(trace.info.first('S'));
  }
  CHECK(p > 10);
  CHECK(s > 10);
  SyntheticConfig bad;
  bad.rate = 0;
  CHECK_THROWS_AS(synthetic_trace(bad, 0), std::invalid_argument);
  bad = {};
  bad.noise_fraction = 2;
  CHECK_THROWS_AS(synthetic_trace(bad, 0), std::invalid_argument);
  CHECK_THROWS_AS(synthetic_trace({}, -1), std::invalid_argument);
  CHECK_THROWS_AS(synthetic_kind_named("lunar"), std::invalid_argument);
}
