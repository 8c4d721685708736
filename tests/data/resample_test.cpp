#include "data/resample.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

using namespace seisgrad;

namespace {

const Time day = time_from_date(2026, 2, 21);

double tone(double f, double seconds) { return std::cos(2 * std::numbers::pi * f * seconds + 0.3); }

Segment tone_segment(double f, double rate, double seconds, double delay) {
  Segment segment{{}, plus_seconds(day, delay), rate, {}};
  for (std::int64_t i = 0; i < std::llround(seconds * rate); ++i)
    segment.samples.push_back(tone(f, seconds_between(day, segment.time_of(i))));
  return segment;
}

// The largest difference from `gain` times the tone, away from the ends.
double largest_error(const Segment& resampled, double f, double gain, std::int64_t edge) {
  double largest = 0;
  for (std::int64_t i = edge; i < resampled.size() - edge; ++i)
    largest = std::max(largest, std::abs(resampled.samples[static_cast<std::size_t>(i)] -
                                         gain * tone(f, seconds_between(day, resampled.time_of(i)))));
  return largest;
}

}  // namespace

TEST_CASE("resample: tones of the passed band keep amplitude and phase to 1e-4, whatever the pair of rates") {
  for (const double rate : {20.0, 40.0, 50.0, 62.5, 99.9, 125.0, 200.0, 250.0, 500.0, 20.0002213, 137.4593})
    for (const double part : {0.02, 0.3, 0.6, 0.9}) {
      const double f = part * std::min(rate, 100.0) / 2;
      CAPTURE(rate);
      CAPTURE(f);
      for (const double delay : {0.0, 0.00317}) {
        const Segment out = resample(tone_segment(f, rate, 60, delay), 100);
        CHECK(largest_error(out, f, 1, 1000) < 1e-4);
        CHECK(out.rate == 100);
        CHECK(out.start == plus_seconds(day, std::ceil(delay * 100) / 100));
        CHECK(std::abs(out.size() - 6000) <= 100 / rate + 1);
      }
    }
}

TEST_CASE("resample: what lies above half the new rate is 80 dB down") {
  for (const double rate : {125.0, 200.0, 250.0, 500.0})
    for (const double f : {50.0, 55.0, 0.49 * rate}) {
      CAPTURE(rate);
      CAPTURE(f);
      CHECK(largest_error(resample(tone_segment(f, rate, 60, 0), 100), f, 0, 1000) < 1.2e-4);
    }
}

TEST_CASE("resample: a constant stays itself to its ends") {
  Segment constant{{}, plus_seconds(day, 0.0042), 40, std::vector<double>(1000, 1e6)};
  for (const double y : resample(constant, 100).samples) CHECK(y == doctest::Approx(1e6).epsilon(1e-12));
}

TEST_CASE("resample: bit by bit the same on any part of the data that reaches far enough") {
  std::mt19937 random(5);
  for (const double rate : {50.0, 40.0, 200.0, 125.0, 250.0}) {
    Segment whole{{}, plus_seconds(day, 0.004), rate, {}};
    for (int i = 0; i < 6000; ++i) whole.samples.push_back(static_cast<double>(random() % 2001) - 1000);
    const Segment out = resample(whole, 100);
    Segment part{{}, whole.time_of(1001), rate, {whole.samples.begin() + 1001, whole.samples.begin() + 4000}};
    const Segment part_out = resample(part, 100);
    const std::int64_t shift = std::llround(sample_position(out.start, 100, part_out.start));
    CHECK(out.time_of(shift) == part_out.start);
    const std::int64_t edge = std::llround(resample_reach(rate, 100) * 100) + 1;
    for (std::int64_t i = edge; i < part_out.size() - edge; ++i)
      if (part_out.samples[static_cast<std::size_t>(i)] != out.samples[static_cast<std::size_t>(i + shift)])
        FAIL_CHECK(i);
  }
}

TEST_CASE("resample: tiny and empty segments, before 1970, and rates that are not whole") {
  CHECK(resample({{}, day, 40, {}}, 100).samples.empty());
  CHECK(resample({{}, day, 40, {5}}, 100).samples.at(0) == doctest::Approx(5));
  CHECK(resample({{}, plus_seconds(day, 0.001), 40, {5}}, 100).samples.empty());
  CHECK(resample({{}, plus_seconds({-5 * ns_per_second}, 0.005), 40, {5, 5}}, 100).start ==
        plus_seconds({-5 * ns_per_second}, 0.01));
  CHECK_THROWS_AS(resample({{}, day, 40, {5}}, 99.5), std::invalid_argument);
}
