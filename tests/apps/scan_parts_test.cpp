#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "apps/gradcheck/random.h"
#include "apps/scan/picker.h"
#include "apps/scan/stack.h"
#include "apps/scan/windows.h"

using namespace seisgrad;

TEST_CASE("windows cover every sample, begin with the segment and end with it") {
  CHECK(window_starts(6000, 6000, 3000) == std::vector<int64_t>{0});
  CHECK(window_starts(6001, 6000, 3000) == std::vector<int64_t>{0, 1});
  CHECK(window_starts(100, 6000, 3000) == std::vector<int64_t>{0});
  CHECK(window_starts(13000, 6000, 3000) == std::vector<int64_t>{0, 3000, 6000, 7000});
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const int64_t length = random.integer(1, 50), stride = random.integer(1, length), samples = random.integer(1, 400);
    const auto starts = window_starts(samples, length, stride);
    std::vector<int> hits(samples);
    for (const int64_t start : starts)
      for (int64_t i = start; i < std::min(start + length, samples); ++i) ++hits[i];
    CHECK(std::count(hits.begin(), hits.end(), 0) == 0);
    CHECK(starts.front() == 0);
    CHECK(starts.back() == std::max<int64_t>(0, samples - length));
  }
  CHECK_THROWS_AS(window_starts(100, 10, 11), std::invalid_argument);
  CHECK_THROWS_AS(window_starts(0, 10, 5), std::invalid_argument);
}

TEST_CASE("stack: maximum, mean and blinding") {
  // windows of 4 at 0, 2, 3 over 7 samples
  const std::vector<std::vector<float>> values = {{.1f, .2f, .3f, .4f}, {.9f, .8f, .1f, .1f}, {.5f, .5f, .5f, .5f}};
  const auto stacked = [&](int64_t blind, StackMode mode) {
    Stack stack(7, 4, 2, blind, mode);
    size_t i = 0;
    for (const int64_t start : window_starts(7, 4, 2)) stack.add(start, values[i++]);
    return stack.finish();
  };
  CHECK(stacked(0, StackMode::max) == std::vector<float>{.1f, .2f, .9f, .8f, .5f, .5f, .5f});
  CHECK(stacked(0, StackMode::mean)[3] == doctest::Approx((.4 + .8 + .5) / 3));
  CHECK(stacked(1, StackMode::max) == std::vector<float>{.1f, .2f, .3f, .8f, .5f, .5f, .5f});
  CHECK_THROWS_WITH(Stack(7, 4, 2, 2, StackMode::max),
                    "stack: windows of 4 samples every 2 with 2 blind samples at each edge leave samples unscored; the "
                    "stride may be at most 0");
  CHECK_THROWS_AS(Stack(7, 4, 5, 0, StackMode::max), std::invalid_argument);
  CHECK_THROWS_AS(Stack(7, 4, 2, int64_t{1} << 62, StackMode::max), std::invalid_argument);  // twice that overflows
}

TEST_CASE("peaks: plateaus, edges, threshold, dead time") {
  CHECK(find_peaks(std::vector<float>{.9f, .5f, .2f}, .1f, 1).empty());  // neither the first sample
  CHECK(find_peaks(std::vector<float>{.2f, .5f, .9f}, .1f, 1).empty());  // nor the last
  CHECK(find_peaks(std::vector<float>{0, .5f, .5f, .2f}, .1f, 1) == std::vector<Peak>{{1, .5f}});
  CHECK(find_peaks(std::vector<float>{0, .05f, 0}, .1f, 1).empty());
  const std::vector<float> three = {0, .5f, 0, .9f, 0, .7f, 0, 0, 0, .2f, 0};
  CHECK(find_peaks(three, .1f, 1).size() == 4);
  CHECK(find_peaks(three, .1f, 3) == std::vector<Peak>{{3, .9f}, {9, .2f}});
  CHECK(find_peaks(three, .1f, 2).size() == 4);  // two samples apart is not closer than two
}

TEST_CASE("runs and EQTransformer's pairing") {
  std::vector<float> detection(400, 0.0f);
  std::fill(detection.begin() + 100, detection.begin() + 200, 0.8f);
  detection[300] = 1;
  const auto runs = find_runs(detection, 0.3f);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].on == 100);
  CHECK(runs[0].off == 199);
  CHECK(runs[0].probability == doctest::Approx(0.8));
  CHECK(find_runs(std::vector<float>{.5f, .5f}, .3f) == std::vector<Run>{{0, 1, .5}});

  const std::vector<Peak> s = {{50, .9f}, {150, .3f}, {180, .8f}, {301, .5f}};
  const std::vector<Peak> p = {{0, .9f}, {5, .2f}, {90, .6f}, {120, .4f}, {145, .95f}};
  const PairedPeaks paired = pair_with_runs(runs, p, s);
  CHECK(paired.s ==
        std::vector<Peak>{{150, .3f}});  // the first inside, not the strongest; a run of one sample gives none
  CHECK(paired.p == std::vector<Peak>{{90, .6f}});  // 145 is within 10 samples of the S
  CHECK(pair_with_runs(runs, p, {}).p == std::vector<Peak>{{145, .95f}});
}
