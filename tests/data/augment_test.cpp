// Each change of data/augment.h alone and always, and its share when left to chance.
#include "data/augment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace seisgrad;

namespace {

constexpr std::int64_t n = 6000;

// Nothing happens but what a test asks for.
AugmentOptions nothing() {
  AugmentOptions o;
  o.shift = o.second_event = o.gaussian_noise = o.dropped_channel = o.gap = 0;
  return o;
}

// A ramp from 1 makes every sample tell where it came from.
Window event_window(double snr = 20) {
  Window w{.length = n, .samples = std::vector<float>(3 * n), .events = {{500, 800}}, .coda_end = 1200};
  for (std::size_t i = 0; i < w.samples.size(); ++i) w.samples[i] = static_cast<float>(i % n + 1);
  for (double& s : w.snr_db) s = snr;
  return w;
}
Window noise_window() {
  Window w = event_window();
  w.events.clear();
  w.noise = true;
  return w;
}

Window augmented(Window w, const AugmentOptions& o, std::int64_t example = 0, bool plain = false,
                 const NoiseOf& noise = {}) {
  augment(w, o, {7, Purpose::augmentation, 3}, example, plain, noise);
  return w;
}

double share(const std::function<bool(std::int64_t)>& happened, std::int64_t trials = 400) {
  double count = 0;
  for (std::int64_t i = 0; i < trials; ++i) count += happened(i);
  return count / static_cast<double>(trials);
}

bool changed(const Window& before, const Window& after) { return before.samples != after.samples; }

}  // namespace

TEST_CASE("augment: shift rotates right and takes the arrivals along") {
  AugmentOptions o = nothing();
  o.shift = 1;
  for (std::int64_t example = 0; example < 20; ++example) {
    const Window w = augmented(event_window(), o, example);
    const double by = w.events[0].p - 500;
    CHECK(by >= 1);
    CHECK(by < n - 1200);
    CHECK(w.events[0].s == 800 + by);
    CHECK(w.coda_end == 1200 + by);
    const auto shift = static_cast<std::int64_t>(by);
    for (const std::int64_t c : {0, 1, 2}) {
      CHECK(w.samples[c * n + shift] == 1);
      CHECK(w.samples[c * n + shift - 1] == n);
    }
  }
  CHECK_FALSE(changed(noise_window(), augmented(noise_window(), o)));  // noise is never shifted
  Window full = event_window();
  full.coda_end = n - 1;
  CHECK_FALSE(changed(full, augmented(full, o)));
}

TEST_CASE("augment: a second event is the first from its P on, later and smaller") {
  AugmentOptions o = nothing();
  o.second_event = 1;
  const Window before = event_window(), w = augmented(before, o);
  REQUIRE(w.events.size() == 2);
  const auto start = static_cast<std::int64_t>(w.events[1].p);
  CHECK(start >= 1200);
  CHECK(w.events[1].s - w.events[1].p == 300);
  CHECK(w.events[1].s < n - 20);
  for (const std::int64_t c : {0, 1, 2}) {
    const double factor = (w.samples[c * n + start] - before.samples[c * n + start]) / 501;
    CHECK(std::abs(1 / factor - std::round(1 / factor)) < 1e-3);
    CHECK(std::round(1 / factor) <= 9);
    CHECK(w.samples[c * n + n - 1] - n == doctest::Approx(factor * (500 + n - start)));
    CHECK(w.samples[c * n + start - 1] == before.samples[c * n + start - 1]);
  }
  CHECK_FALSE(changed(event_window(5), augmented(event_window(5), o)));  // not clear
}

TEST_CASE("augment: gaussian noise of 1 to 15 % of each channel's largest value") {
  AugmentOptions o = nothing();
  o.gaussian_noise = 1;
  const Window before = event_window();
  for (std::int64_t example = 0; example < 5; ++example) {
    const Window w = augmented(before, o, example);
    for (const std::int64_t c : {0, 1, 2}) {
      double sum = 0, squares = 0;
      for (std::int64_t i = c * n; i < (c + 1) * n; ++i) {
        const double d = double(w.samples[i]) - before.samples[i];
        sum += d, squares += d * d;
      }
      const double deviation = std::sqrt(squares / n) / n;  // in units of the largest value
      CHECK(deviation > 0.0095);
      CHECK(deviation < 0.155);
      CHECK(std::abs(sum / n) < 5 * deviation * n / std::sqrt(double(n)));
    }
  }
  CHECK_FALSE(changed(event_window(9), augmented(event_window(9), o)));
}

TEST_CASE("augment: dropped channels, the rest louder; a quarter changes nothing; noise too") {
  AugmentOptions o = nothing();
  o.dropped_channel = 1;
  for (const bool noise : {false, true}) {
    const Window before = noise ? noise_window() : event_window();
    int unchanged = 0;
    for (std::int64_t example = 0; example < 400; ++example) {
      const Window w = augmented(before, o, example);
      int left = 0;
      for (const std::int64_t c : {0, 1, 2}) left += w.samples[c * n + 9] != 0;
      CHECK(left >= 1);
      unchanged += left == 3;
      for (const std::int64_t c : {0, 1, 2})
        if (w.samples[c * n + 9] != 0) CHECK(w.samples[c * n + 9] == doctest::Approx(10 * 3.0 / left));
    }
    CHECK(unchanged / 400.0 == doctest::Approx(0.25).epsilon(0.3));
  }
}

TEST_CASE("augment: scale, pre-emphasis, gaps in noise") {
  AugmentOptions o = nothing();
  o.scale = 1;
  const Window scaled = augmented(event_window(), o);
  CHECK(scaled.samples[0] > 1);
  CHECK(scaled.samples[0] < 3);
  CHECK(scaled.samples[99] == doctest::Approx(100 * scaled.samples[0]));
  o = nothing();
  o.pre_emphasis = 1;
  const Window emphasised = augmented(event_window(), o);
  CHECK(emphasised.samples[0] == 1);
  CHECK(emphasised.samples[10] == doctest::Approx(11 - 0.97 * 10));
  o = nothing();
  o.gap = 1;
  const Window gap = augmented(noise_window(), o);
  const auto zeros = std::count(gap.samples.begin(), gap.samples.end(), 0.0f);
  CHECK(zeros > 0);
  CHECK(zeros % 3 == 0);
  CHECK(zeros / 3 < 5500);
  CHECK_FALSE(changed(event_window(), augmented(event_window(), o)));
}

TEST_CASE("augment: real noise at the ratio asked for") {
  AugmentOptions o = nothing();
  o.real_noise = 1;
  o.real_noise_low = 20, o.real_noise_high = 20.000001;
  Window before = event_window();
  for (std::size_t i = 0; i < before.samples.size(); ++i) before.samples[i] = i % 2 ? 10.0f : -10.0f;
  std::vector<float> noise(3 * n);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = i % 4 < 2 ? 0.5f : -0.5f;
  const Window w = augmented(before, o, 0, false, [&](std::uint32_t) { return noise; });
  for (const std::size_t i : {0, 1, 2, 3}) CHECK(w.samples[i] - before.samples[i] == doctest::Approx(2 * noise[i]));
  CHECK_FALSE(changed(before, augmented(before, o, 0, false, {})));
}

TEST_CASE("augment: clear is measured where it is not stated") {
  AugmentOptions o = nothing();
  o.second_event = 1;
  for (const float before_p : {1.0f, 60.0f}) {  // P's signal has 100: 40 dB, and 4.4 dB
    Window w = event_window(unknown);
    for (std::int64_t i = 0; i < 3 * n; ++i) w.samples[i] = (i % n < 500 ? before_p : 100.0f) * (i % 2 ? 1.0f : -1.0f);
    CHECK(augmented(w, o).events.size() == (before_p == 1 ? 2 : 1));
  }
}

TEST_CASE("augment: probabilities are the trainer's; the plain half is shifted half as often and nothing else") {
  const AugmentOptions trainer;
  CHECK(share([&](std::int64_t i) { return augmented(event_window(), trainer, i).events[0].p != 500; }) ==
        doctest::Approx(0.99).epsilon(0.02));
  CHECK(share([&](std::int64_t i) { return augmented(event_window(), trainer, i).events.size() == 2; }) ==
        doctest::Approx(0.6).epsilon(0.2));
  AugmentOptions noise_only = nothing();
  noise_only.gaussian_noise = trainer.gaussian_noise;
  CHECK(share([&](std::int64_t i) { return changed(event_window(), augmented(event_window(), noise_only, i)); }, 200) ==
        doctest::Approx(0.3).epsilon(0.3));
  AugmentOptions gap_only = nothing();
  gap_only.gap = trainer.gap;
  CHECK(share([&](std::int64_t i) { return changed(noise_window(), augmented(noise_window(), gap_only, i)); }) ==
        doctest::Approx(0.2).epsilon(0.3));
  AugmentOptions drop_only = nothing();
  drop_only.dropped_channel = trainer.dropped_channel;
  CHECK(share([&](std::int64_t i) { return changed(event_window(), augmented(event_window(), drop_only, i)); }) ==
        doctest::Approx(0.375).epsilon(0.2));
  const auto plainly = [&](std::int64_t i) { return augmented(event_window(), trainer, i, true); };
  CHECK(share([&](std::int64_t i) { return plainly(i).events[0].p != 500; }) == doctest::Approx(0.495).epsilon(0.2));
  for (std::int64_t i = 0; i < 50; ++i) {
    Window w = plainly(i);
    std::sort(w.samples.begin(), w.samples.end());
    Window before = event_window();
    std::sort(before.samples.begin(), before.samples.end());
    CHECK(w.samples == before.samples);
  }
  CHECK_FALSE(changed(noise_window(), augmented(noise_window(), trainer, 1, true)));
}

TEST_CASE("augment: same seed, epoch and example, same bits; switching one off leaves the others") {
  const AugmentOptions o;
  const Window a = augmented(event_window(), o, 5), b = augmented(event_window(), o, 5);
  CHECK(a.samples == b.samples);
  CHECK(changed(a, augmented(event_window(), o, 6)));
  AugmentOptions without = o;
  without.gaussian_noise = 0;
  CHECK(augmented(event_window(), without, 5).events[0].p == a.events[0].p);
}
