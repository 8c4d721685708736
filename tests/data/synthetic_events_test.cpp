// Synthetic seismograms: which events a trace holds, what of them can be seen, surface waves.
#include <doctest/doctest.h>

#include <cmath>

#include "data/labels.h"
#include "data/packed.h"
#include "data/synthetic/population.h"
#include "data/synthetic/trace_info.h"
#include "data/synthetic/visible.h"

using namespace seisgrad;

TEST_CASE("synthetic: sequences: P and S in turn, some begun before the trace, some dense") {
  SyntheticConfig config;
  config.more_events = 1, config.noise_fraction = 0;
  int before = 0, most = 0;
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    const LabelledTrace trace = synthetic_trace(config, i);
    CHECK(why_unusable(trace) == "");
    const std::vector<EventSamples> events = events_of(trace.info);
    for (const EventSamples& e : events) {
      CHECK(std::isfinite(e.p));
      if (std::isfinite(e.s)) CHECK(e.s > e.p);
      else CHECK(&e == &events.back());  // S after the trace
      if (e.p < 0) CHECK(e.s >= 0);
      before += e.p < 0;
    }
    most = std::max(most, static_cast<int>(events.size()));
  }
  CHECK(before > 3);
  CHECK(most >= 4);
}

TEST_CASE("synthetic: strong arrivals are seen, weak ones are not, nor those of a dead channel") {
  const SyntheticConfig config;
  for (int i = 0; i < 10; ++i) {
    CAPTURE(i);
    Scene scene(config, i);
    Dice dice(1, Purpose::synthetic_event, i);
    Quake quake = random_quake(dice);
    const EventAtStation at = local_path(scene.crust, scene.site, scene.region, quake, 20, 1, dice);
    const auto contrast = [&](double snr_db, Wave wave) {
      quake.magnitude = magnitude_seen_at(scene, quake, at, snr_db);
      return first_seen(scene, place(scene, quake, at, 20, 1, Wave::p, 10, 0), wave).contrast;
    };
    CHECK(contrast(40, Wave::p) > clear_contrast);
    CHECK(contrast(40, Wave::s) > clear_contrast);
    CHECK(contrast(-25, Wave::p) < faint_contrast);
    for (bool& recorded : scene.recorded) recorded = false;
    CHECK(contrast(40, Wave::p) == 0);
  }
}

TEST_CASE("synthetic: surface waves come at their speed, Rayleigh's along the way and up, Love's across") {
  const std::size_t n = 8192;
  const Spectrum pulse = pulse_spectrum({.moment = 1, .corner_p = 5, .corner_s = 5, .parts = {{1, 0}}}, true,
                                        {0, 0.5, 0.01}, {}, {.corner = 0.1, .acceleration = false}, 100, n);
  SurfaceWave wave;
  wave.slow = wave.fast = 2, wave.depth = 0.1, wave.distance = 40, wave.azimuth = 0, wave.quality = 100;
  wave.rayleigh = 1;
  Wavetrain train(n);
  add_surface_wave(wave, pulse, 10, 100, train);
  const auto energy = [&](int c, double from, double to) {
    double sum = 0;
    for (auto i = static_cast<std::size_t>(100 * from); i < static_cast<std::size_t>(100 * to); ++i)
      sum += std::pow(train.x[c][i], 2);
    return sum;
  };
  CHECK(energy(2, 28, 34) > 0.9 * energy(2, 0, 80));  // 10 s + 40 km / (2 km/s)
  CHECK(energy(1, 28, 34) == doctest::Approx(0.49 * energy(2, 28, 34)).epsilon(0.1));
  CHECK(energy(0, 0, 80) < 1e-6 * energy(2, 0, 80));
  wave.rayleigh = 0, wave.love = 1;
  train = Wavetrain(n);
  add_surface_wave(wave, pulse, 10, 100, train);
  CHECK(energy(0, 26, 32) > 0.9 * energy(0, 0, 80));
  CHECK(energy(2, 0, 80) == 0);
}

TEST_CASE("synthetic: of a far coda the trace has waves and no first arrival") {
  const SyntheticConfig config = synthetic_config(SyntheticKind::teleseismic);
  for (int i = 0; i < 12; ++i) {
    CAPTURE(i);
    Scene scene(config, i);
    Dice dice(1, Purpose::synthetic_event, i);
    add_far_coda(scene, dice);
    REQUIRE(scene.events.size() == 1);
    const auto n = static_cast<double>(scene.frame);
    CHECK(power_between(scene.events[0].waves, static_cast<double>(scene.begin), n) > 0);
    for (const Arrival& a : describe(scene).arrivals) {
      CHECK(a.phase != "P");
      CHECK(a.phase != "S");
    }
  }
}

TEST_CASE("synthetic: a slow recorder passes nothing above half its rate") {
  const Sensor slow{.corner = 0.01, .acceleration = false, .recorder_rate = 5};
  CHECK(std::abs(respond(1, slow)) == doctest::Approx(1).epsilon(1e-3));
  CHECK(std::abs(respond(2.5, slow)) == doctest::Approx(0));
  SyntheticConfig config = synthetic_config(SyntheticKind::mixed);
  config.disturbances = 0;
  const auto sharpness = [&](int i) {  // of the vertical: mean square of second differences over that of samples
    const LabelledTrace trace = synthetic_trace(config, i);
    const float* z = trace.samples.data() + 2 * trace.info.samples;
    double bends = 0, squares = 0;
    for (std::int64_t k = 1; k + 1 < trace.info.samples; ++k)
      bends += std::pow(z[k - 1] - 2 * z[k] + z[k + 1], 2), squares += std::pow(z[k], 2);
    return bends / squares;
  };
  int duller = 0;
  for (int i = 0; i < 20; ++i) {
    config.slow_recorders = 0;
    const double fast = sharpness(i);
    config.slow_recorders = 1;
    duller += sharpness(i) < fast;
  }
  CHECK(duller > 13);  // the draws after the recorder's differ, and so do the traces
}
