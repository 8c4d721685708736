#include "data/split.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/temporary.h"

using namespace seisgrad;

namespace {

TraceInfo named(const std::string& id, const std::string& event) {
  TraceInfo info;
  info.id = id, info.event = event;
  return info;
}

std::array<int, 3> counts(const SplitOptions& split, int names) {
  std::array<int, 3> count{};
  for (int i = 0; i < names; ++i)
    ++count[static_cast<std::size_t>(part_of(named("t" + std::to_string(i), "e" + std::to_string(i)), split))];
  return count;
}

}  // namespace

TEST_CASE("split: shares within four standard deviations, for several seeds") {
  for (const std::uint64_t seed : {1u, 2u, 77u})
    for (const bool by_event : {true, false})
      for (const auto& share : {std::pair{0.85, 0.05}, std::pair{0.8, 0.1}, std::pair{1.0, 0.0}}) {
        const int n = 20000;
        const auto count = counts({share.first, share.second, by_event, seed}, n);
        const double shares[] = {share.first, share.second, 1 - share.first - share.second};
        for (std::size_t part = 0; part < 3; ++part)
          CHECK(std::fabs(count[part] - n * shares[part]) <=
                4 * std::sqrt(n * shares[part] * (1 - shares[part])) + 1e-6);
      }
}

TEST_CASE("split: an event is on one side; a trace without one, or a split by trace, goes by its own name") {
  int together = 0, alone = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string event = "event " + std::to_string(i);
    const TraceInfo a = named(event + "a", event), b = named(event + "b", event);
    CHECK(part_of(a, {}) == part_of(b, {}));
    together += part_of(a, {.by_event = false}) == part_of(b, {.by_event = false});
    alone += part_of(named(event + "a", ""), {}) == part_of(a, {.by_event = false});
  }
  CHECK(together < 450);
  CHECK(alone == 500);
  CHECK(part_of(named("a", "x"), {.training = 0, .validation = 0}) == Part::test);
  CHECK_THROWS_AS(part_of(named("a", "x"), {.training = 0.9, .validation = 0.2}), std::invalid_argument);
}

TEST_CASE("split: another seed is another split; these never change") {
  std::string parts, others;
  for (int i = 0; i < 40; ++i) {
    parts += "tvx"[static_cast<int>(part_of(named("", "event" + std::to_string(i)), {0.5, 0.25, true, 1}))];
    others += "tvx"[static_cast<int>(part_of(named("", "event" + std::to_string(i)), {0.5, 0.25, true, 2}))];
  }
  CHECK(parts != others);
  CHECK(parts == "vttttvtvvvttttttttvxxvtvtvxtvttvxtttvxvv");
}

TEST_CASE("split: the traces of a packed data set, each in one part") {
  const TemporaryFolder folder;
  PackedWriter writer(folder.file("set"));
  for (int i = 0; i < 60; ++i) {
    LabelledTrace trace;
    trace.info.id = std::to_string(i), trace.info.event = std::to_string(i / 3), trace.info.samples = 2;
    trace.samples.assign(6, 1);
    writer.add(trace);
  }
  writer.finish();
  const PackedDataset set(folder.file("set"));
  const SplitOptions split{.training = 0.4, .validation = 0.3};
  std::size_t all = 0;
  for (const Part part : {Part::training, Part::validation, Part::test}) {
    const auto traces = traces_of(set, split, part);
    all += traces.size();
    CHECK(traces.size() % 3 == 0);
    for (const std::int64_t i : traces) CHECK(part_of(set.info(i), split) == part);
  }
  CHECK(all == 60);
}

TEST_CASE("split: shares of the training events are nested; folds hold each of them out once") {
  int in_smaller = 0, training = 0;
  std::array<int, 3> held_out{};
  for (int i = 0; i < 3000; ++i) {
    const TraceInfo info = named("", "event" + std::to_string(i));
    const SplitOptions all{.training = 0.8, .validation = 0.1};
    SplitOptions quarter = all, half = all;
    quarter.share = 0.25, half.share = 0.5;
    const bool trains = part_of(info, all) == Part::training, smaller = part_of(info, quarter) == Part::training;
    training += trains, in_smaller += smaller;
    if (smaller) CHECK(part_of(info, half) == Part::training);
    if (!trains) CHECK(part_of(info, quarter) == part_of(info, all));
    int times = 0;
    for (int fold = 0; fold < 3; ++fold) {
      SplitOptions split = all;
      split.folds = 3, split.fold = fold;
      const bool out = part_of(info, split) == Part::held_out;
      times += out, held_out[static_cast<std::size_t>(fold)] += out;
      if (!out) CHECK(part_of(info, split) == part_of(info, all));
    }
    CHECK(times == trains);
  }
  CHECK(std::abs(in_smaller - 0.25 * training) < 4 * std::sqrt(training * 0.25 * 0.75));
  for (const int n : held_out) CHECK(std::abs(n - training / 3.0) < 4 * std::sqrt(training * 2.0 / 9));
  CHECK_THROWS_AS(part_of(named("a", "x"), {.share = 0}), std::invalid_argument);
  CHECK_THROWS_AS(part_of(named("a", "x"), {.folds = 3, .fold = 3}), std::invalid_argument);
}
