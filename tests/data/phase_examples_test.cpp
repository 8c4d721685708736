#include "data/phase_examples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace seisgrad;

namespace {

constexpr std::int64_t length = 12000;  // 120 s at 100 Hz

// A spike of 2 s at each arrival, on the vertical.
LabelledTrace trace_with(std::vector<Arrival> arrivals, double distance, bool noise = false) {
  LabelledTrace t;
  t.info.id = std::string("toy trace");
  t.info.samples = length;
  t.info.noise = noise;
  t.info.distance = distance;
  t.info.arrivals = std::move(arrivals);
  t.samples.assign(3 * length, 0.0f);
  for (std::int64_t i = 0; i < 3 * length; ++i) t.samples[i] = 0.01f * std::sin(static_cast<float>(i % 977));
  for (const Arrival& a : t.info.arrivals)
    for (std::int64_t i = 0; i < 200; ++i)
      t.samples[2 * length + static_cast<std::int64_t>(a.sample) + i] += std::sin(static_cast<float>(i) * 0.2f);
  return t;
}

std::vector<LabelledTrace> all_traces() {
  return {trace_with({{"P", 3000}}, 5000),
          trace_with({{"S", 3000}}, 5000),
          trace_with({{"Pg", 3000}, {"Sg", 4500}}, 150),
          trace_with({{"P", 3000}, {"S", 4500}}, 80),     // STEAD's names for a local event
          trace_with({{"Pg", 3000}, {"Sg", 8000}}, 400),  // the Sg lies outside the window
          trace_with({{"P", 300}}, 5000),                 // its window would begin before the trace
          trace_with({{"ScP", 3000}}, 5000),
          trace_with({}, unknown, true),
          trace_with({{"P", 11500}}, unknown)};  // long enough before it for noise
}

TraceSource source() {
  return {.name = "toy",
          .hash = 1,
          .weight = 1,
          .size = 9,
          .info = [](std::int64_t i) { return all_traces()[static_cast<std::size_t>(i)].info; },
          .read = [](std::int64_t i) { return all_traces()[static_cast<std::size_t>(i)]; }};
}

}  // namespace

TEST_CASE("phase examples: which windows a data set promises") {
  PhaseExampleOptions options;
  std::vector<std::pair<std::int64_t, int>> found;
  for (const ExampleRef& e : phase_refs({source()}, options)) found.emplace_back(e.trace, e.category);
  CHECK(found == std::vector<std::pair<std::int64_t, int>>{{0, 1}, {1, 2}, {2, 3}, {3, 3}, {7, 0}, {8, 0}});
  options.classes = {"noise", "P", "S", "Pg", "Sg"};
  found.clear();
  for (const ExampleRef& e : phase_refs({source()}, options)) found.emplace_back(e.trace, e.category);
  CHECK(found == std::vector<std::pair<std::int64_t, int>>{
                     {0, 1}, {1, 2}, {2, 3}, {2, 4}, {3, 3}, {3, 4}, {4, 3}, {7, 0}, {8, 0}});
  const auto noise_of = [&](NoiseChoice choice, double distance) {
    options.noise = choice, options.noise_distance = distance;
    std::vector<std::int64_t> traces_with_noise;
    for (const ExampleRef& e : phase_refs({source()}, options))
      if (e.category == 0) traces_with_noise.push_back(e.trace);
    return traces_with_noise;
  };
  CHECK(noise_of(NoiseChoice::traces, 60) == std::vector<std::int64_t>{7});
  CHECK(noise_of(NoiseChoice::before, 60) == std::vector<std::int64_t>{8});
  CHECK(noise_of(NoiseChoice::all, 70) ==
        std::vector<std::int64_t>{7});  // 115 s before P hold 51.2 s of noise 60 s away
  CHECK(noise_choice_named(to_string(NoiseChoice::before)) == NoiseChoice::before);
  options.classes = {"noise", "PKP"};
  CHECK_THROWS_AS(phase_refs({source()}, options), std::invalid_argument);
}

TEST_CASE("phase examples: the arrival stands at the anchor, give or take the shift; joint largest magnitude is 1") {
  PhaseExampleOptions options;
  const TrainingTraces traces({source()});
  const Order order(phase_refs(traces.sources(), options), {.seed = 1, .weights = {}});
  for (const bool training : {true, false}) {
    options.training = training;
    const PhaseExamples examples(traces, order, options);
    std::vector<float> x(static_cast<std::size_t>(examples.shape().input));
    std::int64_t least = 9999, most = 0;
    for (std::uint32_t epoch = 0; epoch < 12; ++epoch)
      for (std::int64_t p = 0; p < examples.positions(); ++p) {
        const std::int32_t category = examples.make(epoch, p, x, {});
        float largest = 0;
        for (const float v : x) largest = std::max(largest, std::abs(v));
        CHECK(largest == 1);
        if (category == 0) continue;
        const auto vertical = std::span<const float>(x).first(1024);  // Z first
        std::int64_t onset = 0;
        while (std::abs(vertical[static_cast<std::size_t>(onset)]) < 0.3f) ++onset;
        least = std::min(least, onset);
        most = std::max(most, onset);
      }
    CAPTURE(least);
    CAPTURE(most);
    if (!training) CHECK((least >= 99 && most <= 103));
    else CHECK((least >= 59 && least < 80 && most <= 143 && most > 120));
  }
  CHECK(traces.bad().empty());
}

TEST_CASE("phase examples: beside arrivals is noise too: no P, S or Pg near the anchor, and Sg may be anywhere") {
  PhaseExampleOptions options;
  options.noise_beside = 5;
  std::vector<std::int64_t> found;
  for (const ExampleRef& e : phase_refs({source()}, options))
    if (e.category == 0) found.push_back(e.trace);
  CHECK(found == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 8});  // 8: before its P, and beside it

  // a trace whose samples say where they are, whatever mean and scale: n^2 on E, n on N
  LabelledTrace ruler;
  ruler.info.id = "ruler";
  ruler.info.rate = 20, ruler.info.samples = 3000, ruler.info.distance = 30;
  ruler.info.arrivals = {{"Pg", 600}, {"Sg", 700}, {"Pg", 1200}, {"Sg", 1500}};
  ruler.samples.assign(9000, 0.0f);
  for (std::size_t i = 0; i < 3000; ++i)
    ruler.samples[i] = static_cast<float>(i * i), ruler.samples[3000 + i] = static_cast<float>(i);
  options.profile.band_pass = false, options.profile.taper_seconds = 0;
  const TrainingTraces traces({{.name = "ruler",
                                .hash = 1,
                                .weight = 1,
                                .size = 1,
                                .info = [&](std::int64_t) { return ruler.info; },
                                .read = [&](std::int64_t) { return ruler; }}});
  std::vector<ExampleRef> refs = phase_refs(traces.sources(), options);
  std::erase_if(refs, [](const ExampleRef& e) { return e.category != 0; });
  REQUIRE(refs.size() == 1);
  const Order order(refs, {.seed = 1, .weights = {}});
  const PhaseExamples examples(traces, order, options);
  std::vector<float> x(static_cast<std::size_t>(examples.shape().input));
  double first = 1e9, last = 0;
  bool at_sg = false;
  for (std::uint32_t epoch = 0; epoch < 400; ++epoch) {
    CHECK(examples.make(epoch, 0, x, {}) == 0);
    const auto rise = [&](std::size_t row) { return x[row * 1024 + 500] - x[row * 1024]; };  // rows Z, N, E
    const double begin = (static_cast<double>(rise(2)) / static_cast<double>(rise(1)) - 500) / 2, anchor = begin + 100;
    for (const double pg : {600., 1200.}) CHECK(std::abs(anchor - pg) >= 99);
    at_sg |= std::abs(anchor - 700) < 20;
    first = std::min(first, anchor), last = std::max(last, anchor);
  }
  CHECK(at_sg);
  CHECK(first < 110);
  CHECK(last > 2040);  // of 3000 - 924
}

TEST_CASE("phase examples: windows that the record's end cuts short hold what they must, taper and go on as zeros") {
  PhaseExampleOptions options;
  options.profile.least_recorded = 15;
  const TrainingTraces traces({source()});
  const Order order(phase_refs(traces.sources(), options), {.seed = 1, .weights = {}});
  const auto last_recorded = [&](const std::vector<float>& x, std::size_t row) {
    std::size_t last = row * 1024 + 1023;  // what follows is one value: zero, less the window's mean
    while (last > row * 1024 && x[last - 1] == x[row * 1024 + 1023]) --last;
    return last - row * 1024;
  };
  std::vector<float> x(3 * 1024), whole(3 * 1024);
  std::size_t shortest = 1024, longest = 0;
  int cut = 0, tapered = 0;
  constexpr std::uint32_t epochs = 40;
  for (std::uint32_t epoch = 0; epoch < epochs; ++epoch)
    for (std::int64_t p = 0; p < order.size(); ++p) {
      options.cut_short = 0.5;
      const std::int32_t category = PhaseExamples(traces, order, options).make(epoch, p, x, {});
      options.cut_short = 0;
      CHECK(PhaseExamples(traces, order, options).make(epoch, p, whole, {}) == category);
      if (x == whole) continue;
      ++cut;
      const std::size_t end = last_recorded(x, 0);
      shortest = std::min(shortest, end), longest = std::max(longest, end);
      for (const std::size_t row : {1U, 2U}) CHECK(last_recorded(x, row) <= end + 1);
      tapered += std::abs(x[end - 2] - x[1023]) < 0.02f;
    }
  const double share = static_cast<double>(cut) / (epochs * static_cast<double>(order.size()));
  CAPTURE(share);
  CHECK((share > 0.4 && share < 0.6));
  CAPTURE(shortest);
  CHECK((shortest >= 395 && shortest < 450));  // 100 + 300, less the taper's last samples
  CHECK(longest > 980);
  CHECK(tapered == cut);
  options.cut_short = 1, options.training = false;
  const PhaseExamples validation(traces, order, options);
  options.cut_short = 0;
  validation.make(0, 0, x, {});
  PhaseExamples(traces, order, options).make(0, 0, whole, {});
  CHECK(x == whole);
}
