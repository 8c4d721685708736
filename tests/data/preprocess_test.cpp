#include "data/preprocess.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "data/butterworth.h"

using namespace seisgrad;

namespace {

const Time day = time_from_date(2026, 2, 21);

// Noise on an offset and a trend, as a broadband sensor that drifts.
Segment drifting_noise(double rate, double seconds, double delay, unsigned seed) {
  std::mt19937 random(seed);
  Segment segment{{"XX", "A", "", "HHZ"}, plus_seconds(day, delay), rate, {}};
  for (std::int64_t i = 0; i < std::llround(seconds * rate); ++i)
    segment.samples.push_back(1e6 + 3 * static_cast<double>(i) + static_cast<double>(random() % 2001) - 1000);
  return segment;
}

Segment part_of(const Segment& whole, std::int64_t begin, std::int64_t end) {
  return {whole.id, whole.time_of(begin), whole.rate, {whole.samples.begin() + begin, whole.samples.begin() + end}};
}

}  // namespace

TEST_CASE("preprocess: bit by bit the same on any part of the data that has its context") {
  for (const char* name : {"eqtransformer", "seisbench"})
    for (const double rate : {100.0, 50.0, 200.0}) {
      const PreprocessingProfile profile = profile_named(name);
      const Segment whole = drifting_noise(rate, 1200, 3.00412, 1);
      const Segment out = preprocess(whole, profile);
      const auto second = static_cast<std::int64_t>(rate);
      for (const auto& [from, to] :
           {std::pair{170 * second + 7, 1000 * second + 3}, std::pair{11 * second, 633 * second}}) {
        const Segment part = preprocess(part_of(whole, from, to), profile);
        const std::int64_t shift = std::llround(sample_position(out.start, out.rate, part.start));
        CHECK(out.time_of(shift) == part.start);
        // A block and its context must lie inside the part.
        const std::int64_t edge = std::llround((block_seconds + context_seconds(profile) + 4) * 100);
        std::int64_t different = 0;
        for (std::int64_t i = edge; i < part.size() - edge; ++i)
          different += part.samples[static_cast<std::size_t>(i)] != out.samples[static_cast<std::size_t>(i + shift)];
        CHECK(part.size() > 2 * edge);
        CHECK(different == 0);
      }
    }
}

TEST_CASE("preprocess: blocks give what filtering the whole trace gives, but for its ends") {
  Segment whole = drifting_noise(100, 1000, 0, 2);
  const PreprocessingProfile profile = profile_named("eqtransformer");
  const Segment blocks = preprocess(whole, profile);
  double mean = 0;
  for (const double x : whole.samples) mean += x / static_cast<double>(whole.size());
  for (double& x : whole.samples) x -= mean;  // as EQTransformer: the mean of the whole trace
  filter_zero_phase(butterworth_band_pass(2, 1, 45, 100), whole.samples);
  double largest_inside = 0, largest_difference = 0;
  for (std::int64_t i = 2000; i < whole.size() - 2000; ++i) {
    const auto at = static_cast<std::size_t>(i);
    largest_inside = std::max(largest_inside, std::abs(whole.samples[at]));
    largest_difference = std::max(largest_difference, std::abs(whole.samples[at] - blocks.samples[at]));
  }
  CHECK(largest_inside > 500);
  CHECK(largest_difference < 1e-10 * largest_inside);
}

TEST_CASE("preprocess: 100 Hz keeps its own sample times, other rates come out on the absolute grid") {
  const PreprocessingProfile profile;
  const Segment native = preprocess(drifting_noise(100, 30, 0.0037, 3), profile);
  CHECK(native.start == plus_seconds(day, 0.0037));
  CHECK(native.size() == 3000);
  const Segment other = preprocess(drifting_noise(125, 30, 0.0037, 3), profile);
  CHECK(other.start == plus_seconds(day, 0.01));
  CHECK(other.rate == 100);
}

TEST_CASE("preprocess: a pulse stays where it was, at any input rate") {
  for (const double rate : {100.0, 40.0, 50.0, 125.0, 200.0, 99.5}) {
    Segment pulse{{}, day, rate, {}};
    for (std::int64_t i = 0; i < std::llround(60 * rate); ++i) {
      const double t = seconds_between(plus_seconds(day, 30), pulse.time_of(i));
      pulse.samples.push_back(1000 * std::exp(-t * t / (2 * 0.05 * 0.05)));
    }
    const Segment out = preprocess(pulse, {});
    double moment = 0, weight = 0;
    for (std::int64_t i = 2900; i < 3101; ++i) {
      const double power = std::pow(out.samples[static_cast<std::size_t>(i)], 2);
      moment += power * seconds_between(plus_seconds(day, 30), out.time_of(i));
      weight += power;
    }
    CHECK(std::abs(moment / weight) < 1e-5);
  }
}

TEST_CASE("preprocess: the taper touches true ends only, and short segments survive") {
  PreprocessingProfile profile = profile_named("seisbench");
  profile.taper_seconds = 2;
  const Segment ones{{}, day, 100, std::vector<double>(100'000, 1.0)};
  const Segment out = preprocess(ones, profile);
  CHECK(out.samples[0] == 0);
  CHECK(out.samples.back() == 0);
  CHECK(out.samples[100] == doctest::Approx(0.5));
  CHECK(out.samples[200] == 1);
  CHECK(std::count(out.samples.begin(), out.samples.end(), 1.0) == 100'000 - 400);
  for (const std::int64_t length : {1, 2, 3, 10, 399})
    CHECK(preprocess({{}, day, 100, std::vector<double>(static_cast<std::size_t>(length), 7)}, {}).size() == length);
}

TEST_CASE("preprocess: streams that are too slow are left out with a reason") {
  std::vector<Excluded> excluded;
  const auto out = preprocess({drifting_noise(1, 100, 0, 1), drifting_noise(20, 100, 0, 1)}, {}, excluded);
  CHECK(out.size() == 1);
  REQUIRE(excluded.size() == 1);
  CHECK(excluded[0].reason == "sampling rate 1 Hz is below 20 Hz");
  CHECK(excluded[0].end == plus_seconds(day, 100));
  CHECK_THROWS_AS(preprocess(drifting_noise(1, 100, 0, 1), {}), std::invalid_argument);
}

TEST_CASE("profiles: by name") {
  CHECK(profile_named("eqtransformer") == PreprocessingProfile{});
  CHECK(profile_named("seisbench").normalisation == Normalisation::std_joint);
  CHECK(profile_named("seisbench").component_order == "ZNE");
  CHECK_THROWS_AS(profile_named("other"), std::invalid_argument);
  for (const auto n : {Normalisation::std_per_channel, Normalisation::max_per_channel, Normalisation::std_joint})
    CHECK(normalisation_named(to_string(n)) == n);
  CHECK_THROWS_AS(normalisation_named("std"), std::invalid_argument);
}
