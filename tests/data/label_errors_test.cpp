#include "data/synthetic/label_errors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "data/packed.h"
#include "data/synthetic/synthetic.h"
#include "tests/messages.h"

using namespace seisgrad;

namespace {

TraceInfo trace(bool noise, std::vector<Arrival> arrivals, double distance) {
  TraceInfo info;
  info.id = "t", info.event = noise ? "" : "e";
  info.noise = noise, info.rate = 20, info.samples = 2400;
  info.arrivals = std::move(arrivals), info.distance = distance;
  return info;
}

}  // namespace

TEST_CASE("label errors: each kind does what it says") {
  const TraceInfo near = trace(false, {{"Pg", 600}, {"Sg", 700}}, 40),
                  far = trace(false, {{"P", 600}, {"S", 1200}}, 4000);
  TraceInfo info = near;
  CHECK(plant_label_error(info, {.wrong_phase = 1}, 1, 0) == LabelError::wrong_phase);
  CHECK(info.arrivals == std::vector<Arrival>{{"P", 600}, {"S", 700}});
  CHECK(std::isnan(info.distance));  // else a P from there would count as Pg
  info = far;
  CHECK(plant_label_error(info, {.wrong_phase = 1}, 1, 0) == LabelError::wrong_phase);
  CHECK(info.arrivals == std::vector<Arrival>{{"S", 600}, {"P", 1200}});
  for (std::int64_t i = 0; i < 50; ++i) {
    info = far;
    REQUIRE(plant_label_error(info, {.shifted = 1}, 1, i) == LabelError::shifted);
    const double by = info.arrivals[0].sample - 600;
    CHECK(std::abs(by) >= 8 * 20);
    CHECK(std::abs(by) <= 20 * 20);
    CHECK(info.arrivals[1].sample - 1200 == doctest::Approx(by));
    info = trace(true, {}, unknown);
    REQUIRE(plant_label_error(info, {.invisible = 1}, 1, i) == LabelError::invisible);
    CHECK(!info.noise);
    CHECK(!info.event.empty());
    CHECK(info.arrivals.back().sample < 2400);
  }
  info = trace(false, {{"P", 100}, {"S", 2300}}, 4000);  // neither way leaves it inside
  CHECK(plant_label_error(info, {.shifted = 1}, 1, 0) == LabelError::none);
  CHECK(info.arrivals[0].sample == 100);
}

TEST_CASE("label errors: as many as asked for, the same each time, and traces stay usable") {
  SyntheticConfig config = synthetic_config(SyntheticKind::mixed);
  const LabelErrorShares shares{.wrong_phase = 0.1, .shifted = 0.1, .invisible = 0.2};
  std::map<LabelError, int> count;
  for (std::int64_t i = 0; i < 2000; ++i) {
    TraceInfo info = i % 2 == 0 ? trace(false, {{"P", 600}}, 4000) : trace(true, {}, unknown), again = info;
    const LabelError error = plant_label_error(info, shares, 3, i);
    ++count[error];
    CHECK(plant_label_error(again, shares, 3, i) == error);
    CHECK(again.arrivals == info.arrivals);
  }
  CHECK(std::abs(count[LabelError::wrong_phase] - 100) < 40);  // four deviations
  CHECK(std::abs(count[LabelError::shifted] - 100) < 40);
  CHECK(std::abs(count[LabelError::invisible] - 200) < 52);
  for (std::int64_t i = 0; i < 20; ++i) {
    LabelledTrace made = synthetic_trace(config, i);
    plant_label_error(made.info, {.wrong_phase = 0.5, .shifted = 0.5, .invisible = 1}, 1, i);
    CHECK(why_unusable(made) == "");
  }
  TraceInfo info = trace(false, {{"P", 600}}, 4000);
  CHECK(mentions(message_of([&] { plant_label_error(info, {.wrong_phase = 0.7, .shifted = 0.7}, 1, 0); }), "shares"));
}
