#include "data/labels.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

using namespace seisgrad;

namespace {

constexpr std::size_t n = 6000;

std::vector<float> labels_of(std::vector<EventSamples> events, LabelShape shape, double coda_end = unknown) {
  std::vector<float> labels(3 * n, 0.0f);
  draw_labels(events, shape, coda_end, 100, labels);
  return labels;
}

TraceInfo info_with(std::vector<Arrival> arrivals) {
  TraceInfo info;
  info.arrivals = std::move(arrivals);
  return info;
}

}  // namespace

TEST_CASE("labels: gaussian as in EQTransformer's trainer") {
  const auto y = labels_of({{1000, 1500}}, LabelShape::gaussian);
  CHECK(y[n + 979] == 0);
  CHECK(y[n + 980] == doctest::Approx(std::exp(-2.0)));  // 0.135, cut off
  CHECK(y[n + 1000] == 1);
  CHECK(y[n + 1010] == doctest::Approx(std::exp(-0.5)));
  CHECK(y[n + 1019] == doctest::Approx(std::exp(-19 * 19 / 200.0)));
  CHECK(y[n + 1020] == 0);
  CHECK(y[2 * n + 1500] == 1);
  CHECK(y[999] == 0);
  CHECK(y[1000] == 1);
  CHECK(y[1699] == 1);  // P + 1.4 (S - P) = 1700
  CHECK(y[1700] == 0);
}

TEST_CASE("labels: triangle has 41 samples, box 40") {
  const auto triangle = labels_of({{1000, 1500}}, LabelShape::triangle);
  CHECK(triangle[n + 980] == 0);
  CHECK(triangle[n + 981] == doctest::Approx(0.05));
  CHECK(triangle[n + 1000] == 1);
  CHECK(triangle[n + 1019] == doctest::Approx(0.05));
  const auto box = labels_of({{1000, 1500}}, LabelShape::box);
  CHECK(std::accumulate(box.begin() + n, box.begin() + 2 * n, 0.0) == 40);
  CHECK(box[n + 980] == 1);
  CHECK(box[n + 1020] == 0);
}

TEST_CASE("labels: both edges cut alike, sample 0 is an arrival, a late detection runs to the end") {
  for (const LabelShape shape : {LabelShape::gaussian, LabelShape::triangle, LabelShape::box}) {
    const auto y = labels_of({{0, 5999}}, shape);
    CHECK(y[n] == 1);
    CHECK(y[n + 5] > 0.7);
    CHECK(y[2 * n + 5999] == 1);
    CHECK(y[2 * n + 5990] == y[n + 9]);  // the arrival's 9th sample on either side
    CHECK(y[0] == 1);
    CHECK(y[5999] == 1);
  }
  const auto outside = labels_of({{-500, -300}, {6400, 6600}}, LabelShape::gaussian);
  CHECK(std::accumulate(outside.begin(), outside.end(), 0.0) == 0);
}

TEST_CASE("labels: noise has none, a later event replaces where they meet, an event without S ends with its coda") {
  const auto none = labels_of({}, LabelShape::gaussian);
  CHECK(std::accumulate(none.begin(), none.end(), 0.0) == 0);
  const auto two = labels_of({{1000, 1400}, {1010, 1420}}, LabelShape::gaussian);
  CHECK(two[n + 1000] == doctest::Approx(std::exp(-0.5)));  // assigned, not the larger of both
  CHECK(two[n + 985] == doctest::Approx(std::exp(-15 * 15 / 200.0)));
  const auto coda = labels_of({{1000, unknown}}, LabelShape::gaussian, 3000);
  CHECK(coda[2999] == 1);
  CHECK(coda[3000] == 0);
  CHECK(std::accumulate(coda.begin() + 2 * n, coda.end(), 0.0) == 0);
  CHECK(labels_of({{1000, unknown}}, LabelShape::gaussian)[1999] == 1);
}

TEST_CASE("labels: an arrival between samples") {
  const auto y = labels_of({{1000.5, 1500.25}}, LabelShape::gaussian);
  CHECK(y[n + 1000] == y[n + 1001]);
  CHECK(y[n + 981] > 0);
  CHECK(y[n + 980] == 0);
  CHECK(y[n + 1020] > 0);
  CHECK(y[1000] == 0);
  CHECK(y[1001] == 1);
}

TEST_CASE("labels: which arrivals are one event") {
  CHECK(events_of(info_with({})).empty());
  const auto one = events_of(info_with({{"Pn", 10}, {"Pg", 20}, {"Sn", 30}, {"Sg", 40}}));
  REQUIRE(one.size() == 1);
  CHECK(one[0].p == 10);
  CHECK(one[0].s == 30);
  const auto overlapping = events_of(info_with({{"P", 10}, {"P", 20}, {"S", 30}, {"S", 40}}));
  REQUIRE(overlapping.size() == 2);
  CHECK(overlapping[0].s == 30);
  CHECK(overlapping[1].p == 20);
  CHECK(overlapping[1].s == 40);
  const auto after = events_of(info_with({{"P", 10}, {"S", 20}, {"P", 30}, {"S", 40}}));
  REQUIRE(after.size() == 2);
  CHECK(after[1].p == 30);
  const auto s_alone = events_of(info_with({{"S", 20}}));
  REQUIRE(s_alone.size() == 1);
  CHECK(std::isnan(s_alone[0].p));
}

TEST_CASE("labels: names of shapes") {
  for (const LabelShape shape : {LabelShape::gaussian, LabelShape::triangle, LabelShape::box})
    CHECK(label_shape_named(to_string(shape)) == shape);
  CHECK_THROWS_AS(label_shape_named("gauss"), std::invalid_argument);
}
