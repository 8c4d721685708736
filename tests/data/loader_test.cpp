#include "data/loader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include "data/normalise.h"
#include "data/window_examples.h"

using namespace seisgrad;

namespace {

constexpr std::int64_t n = 300;

LabelledTrace trace_of(std::int64_t i, std::int64_t samples = n) {
  LabelledTrace t;
  t.info.id = "trace" + std::to_string(i);
  t.info.samples = samples;
  t.info.noise = i % 4 == 0;
  if (!t.info.noise) t.info.arrivals = {{"P", 100}, {"S", 150}};
  t.info.coda_end = 200;
  t.samples.resize(static_cast<std::size_t>(3 * samples));
  for (std::size_t k = 0; k < t.samples.size(); ++k)
    t.samples[k] = std::sin(static_cast<float>(k) * 0.1f * static_cast<float>(i + 1)) * static_cast<float>(i + 1);
  return t;
}

TraceSource source_of(std::int64_t size, std::int64_t samples = n) {
  return {.name = "toy",
          .hash = 1,
          .weight = 1,
          .size = size,
          .info = [=](std::int64_t i) { return trace_of(i, samples).info; },
          .read = [=](std::int64_t i) { return trace_of(i, samples); }};
}

struct Parts {
  TrainingTraces traces;
  Order order;
  WindowExamples examples;

  Parts(std::vector<TraceSource> sources, WindowExampleOptions options, Order::Options order_options = {})
      : traces(std::move(sources)),
        order(window_refs(traces.sources()), std::move(order_options)),
        examples(traces, order, std::move(options)) {}
  MakeExample maker() const {
    return [this](std::uint32_t epoch, std::int64_t position, std::span<float> input, std::span<float> target) {
      return examples.make(epoch, position, input, target);
    };
  }
};

WindowExampleOptions training() { return {.seed = 1, .samples = n, .augmentation = AugmentOptions{}, .profile = {}}; }

std::vector<Batch> batches_of(const Parts& parts, LoaderOptions options, std::uint32_t epoch, std::int64_t first,
                              int count) {
  options.positions = parts.examples.positions();
  Loader loader(parts.maker(), parts.examples.shape(), options, epoch, first);
  std::vector<Batch> batches;
  for (int i = 0; i < count; ++i) batches.push_back(loader.next());
  return batches;
}

}  // namespace

TEST_CASE("order: an epoch without weights is a permutation, another epoch another one, the same seed the same one") {
  std::vector<ExampleRef> refs;
  for (std::int64_t i = 0; i < 50; ++i)
    refs.push_back({.source = 0, .category = int(i % 3), .trace = i, .arrival = -1});
  const Order order(refs, {.seed = 3, .weights = {}}), same(refs, {.seed = 3, .weights = {}});
  const Order other(refs, {.seed = 4, .weights = {}});
  std::map<std::uint32_t, std::vector<std::int64_t>> epochs;
  int differ = 0;
  for (const std::uint32_t epoch : {0, 1, 2, 1, 0})  // epochs come again after others
    for (std::int64_t p = 0; p < order.size(); ++p) {
      CHECK(order.at(epoch, p).trace == same.at(epoch, p).trace);
      differ += order.at(epoch, p).trace != other.at(epoch, p).trace;
      epochs[epoch].push_back(order.at(epoch, p).trace);
    }
  CHECK(differ > 200);
  CHECK(epochs[0] != epochs[1]);
  CHECK(std::set<std::int64_t>(epochs[2].begin(), epochs[2].end()).size() == 50);
}

TEST_CASE("order: weights of sources and equal categories") {
  std::vector<ExampleRef> refs;
  for (std::int64_t i = 0; i < 60; ++i)
    refs.push_back({.source = 0, .category = i < 6 ? 0 : 1, .trace = i, .arrival = -1});
  for (std::int64_t i = 0; i < 30; ++i)
    refs.push_back({.source = 1, .category = i < 9 ? 0 : 1, .trace = i, .arrival = -1});
  const Order weighted(refs, {.seed = 3, .weights = {1, 2}, .balance = false, .positions = 90});
  int of_second = 0;
  for (std::int64_t p = 0; p < 90; ++p) of_second += weighted.at(0, p).source;
  CHECK(of_second == 60);

  const Order balanced(refs, {.seed = 3, .weights = {}, .balance = true, .positions = 96});
  std::map<std::int64_t, int> seen;
  for (std::uint32_t epoch = 0; epoch < 8; ++epoch)
    for (std::int64_t first = 0; first < 96; first += 8) {
      int zeros = 0;
      for (std::int64_t p = first; p < first + 8; ++p) {
        const ExampleRef& e = balanced.at(epoch, p);
        zeros += e.category == 0;
        if (e.source == 0 && e.category == 1) ++seen[e.trace];
      }
      CHECK(zeros == 4);  // in every batch
    }
  CHECK(seen.size() == 54);  // who has more examples than positions gives the others in later epochs
  for (const auto& [trace, times] : seen) CHECK(std::abs(times - 8 * 32 / 54.0) < 1);

  CHECK_THROWS_AS(Order({}, {.weights = {}}), std::invalid_argument);
  CHECK_THROWS_AS(Order(refs, {.seed = 1, .weights = {1, 0}}), std::invalid_argument);
}

TEST_CASE("loader: the same batches for every number of threads, and from the middle of an epoch") {
  const Parts parts({source_of(37)}, training());
  const auto one = batches_of(parts, {.batch = 8}, 0, 0, 25);  // 9 batches an epoch: into the third
  for (const int threads : {1, 2, 5}) {
    const auto several = batches_of(parts, {.batch = 8, .threads = threads, .ahead = 4}, 1, 3, 13);
    for (std::size_t i = 0; i < several.size(); ++i) {
      CHECK(several[i].epoch == one[12 + i].epoch);
      CHECK(several[i].number == one[12 + i].number);
      CHECK(several[i].inputs == one[12 + i].inputs);
      CHECK(several[i].targets == one[12 + i].targets);
      CHECK(several[i].categories == one[12 + i].categories);
    }
  }
  CHECK(one[0].inputs != one[9].inputs);
}

TEST_CASE("loader: a plain and an augmented copy of each trace, labels beside their arrivals") {
  const Parts parts({source_of(16)}, training());
  CHECK(parts.examples.positions() == 32);
  std::vector<float> input(3 * n), target(3 * n, 0.0f);
  for (std::int64_t position = 0; position < 32; position += 2) {
    std::fill(target.begin(), target.end(), 0.0f);
    const std::int32_t category = parts.examples.make(0, position, input, target);
    CHECK((*std::max_element(target.begin(), target.end()) == 1) == (category == 1));
    CHECK(parts.order.at(0, position / 2).category == category);
  }
}

TEST_CASE("loader: validation has the same windows in every epoch and all of them; the last batch may be short") {
  WindowExampleOptions options = training();
  options.augmentation.reset();
  const Parts parts({source_of(10, 2 * n)}, options);  // longer than the window: cut at random, always alike
  const auto batches = batches_of(parts, {.batch = 4, .positions = 0, .keep_last = true}, 0, 0, 6);
  CHECK(batches[2].size == 2);
  for (std::size_t i = 0; i < 3; ++i) CHECK(batches[i].inputs == batches[i + 3].inputs);
}

TEST_CASE("loader: traces that cannot be used are noted and replaced; if all are, it says so") {
  TraceSource source = source_of(20);
  source.read = [](std::int64_t i) {
    LabelledTrace t = trace_of(i);
    if (i == 3) t.samples[5] = NAN;
    if (i == 5) t.info.arrivals[1].sample = n;
    if (i == 7) t.samples.pop_back();
    if (i == 9) throw std::runtime_error("no checksum");
    if (i == 11) t.info.rate = 50;
    return t;
  };
  const Parts parts({source}, training());
  const auto batches = batches_of(parts, {.batch = 8, .threads = 2}, 0, 0, 5);
  for (const Batch& b : batches)
    for (const float v : b.inputs) REQUIRE(std::isfinite(v));
  const auto bad = parts.traces.bad();
  CHECK(bad.size() == 5);
  CHECK(bad.at("toy: trace11").find("50") != std::string::npos);

  source.read = [](std::int64_t) -> LabelledTrace { throw std::runtime_error("disk gone"); };
  const Parts broken({source}, training());
  CHECK_THROWS_WITH_AS(batches_of(broken, {.batch = 8}, 0, 0, 1), doctest::Contains("disk gone"), std::runtime_error);
  CHECK_THROWS_AS(batches_of(parts, {.batch = 800}, 0, 0, 1), std::invalid_argument);
}

TEST_CASE("loader: all traces of a small set are of no use, counted once") {
  TraceSource source = source_of(16);
  source.read = [](std::int64_t) -> LabelledTrace { throw std::runtime_error("disk gone"); };
  const Parts broken({source}, training());
  CHECK_THROWS_WITH(batches_of(broken, {.batch = 8}, 0, 0, 1), doctest::Contains("16 traces in a row"));
}

TEST_CASE("loader: the batches before one that fails are given first") {
  const MakeExample make = [](std::uint32_t, std::int64_t position, std::span<float>, std::span<float>) {
    if (position >= 2) throw std::runtime_error("example " + std::to_string(position));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // later batches fail meanwhile
    return 0;
  };
  Loader loader(make, {1, 1}, {.batch = 1, .positions = 8, .threads = 4, .ahead = 4});
  CHECK(loader.next().number == 0);
  CHECK(loader.next().number == 1);
  CHECK_THROWS_WITH(loader.next(), "example 2");
}

TEST_CASE("window: cut so that an event is inside, arrivals moved along, zeros behind a short trace") {
  for (std::int64_t example = 0; example < 50; ++example) {
    LabelledTrace t = trace_of(1, 1000);
    t.info.arrivals = {{"P", 620}, {"S", 700}};
    t.info.coda_end = 800;
    const float at_p = t.samples[620];
    const Window w = cut_window(t, n, {1, Purpose::augmentation}, example);
    REQUIRE(w.events.size() == 1);
    CHECK(w.events[0].p >= 50);
    CHECK(w.events[0].s <= n - 50);
    CHECK(w.samples[static_cast<std::size_t>(w.events[0].p)] == at_p);
  }
  const Window late = cut_window(trace_of(1, 200), n, {1, Purpose::augmentation}, 0);
  CHECK(late.samples[199] != 0);
  CHECK(late.samples[200] == 0);
  CHECK(late.samples[n] == trace_of(1, 200).samples[200]);
}

TEST_CASE("normalise: modes") {
  std::vector<float> x = {1, 2, 3, 6, -8, 0, 4, 4};  // two channels
  const auto of = [&](Normalisation mode) {
    std::vector<float> y = x;
    normalise(y, 2, mode);
    return y;
  };
  const double std0 = std::sqrt((4.0 + 1 + 0 + 9) / 4);
  CHECK(of(Normalisation::std_per_channel)[3] == doctest::Approx(3 / std0));
  CHECK(of(Normalisation::max_per_channel)[3] == 1);
  CHECK(of(Normalisation::max_per_channel)[4] == doctest::Approx(-2));  // of the largest value, not the magnitude
  CHECK(of(Normalisation::std_joint)[3] == doctest::Approx(3 / std::sqrt((14.0 + 64 + 0 + 16 + 16) / 7)));
  CHECK(of(Normalisation::max_joint)[4] == -1);
  CHECK(of(Normalisation::max_joint)[3] == doctest::Approx(3.0 / 8));
  x.assign(8, 5);
  for (const Normalisation mode : {Normalisation::std_per_channel, Normalisation::max_per_channel,
                                   Normalisation::std_joint, Normalisation::max_joint})
    CHECK(of(mode) == std::vector<float>(8, 0.0f));  // a dead channel stays dead
}

TEST_CASE("components: another order") {
  std::vector<float> x = {1, 1, 2, 2, 3, 3};
  reorder_components(x, "ZNE");
  CHECK(x == std::vector<float>{3, 3, 2, 2, 1, 1});
}
