// What should arrive, after ak135 and iasp91; catalogues and places of stations.
#include "data/theoretical_arrivals.h"

#include <doctest/doctest.h>

#include <cmath>

#include "data/catalogue.h"
#include "data/csv.h"
#include "data/stations.h"
#include "tests/messages.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

double time_of(const std::vector<TheoreticalArrival>& arrivals, const std::string& phase) {
  for (const TheoreticalArrival& a : arrivals)
    if (a.phase == phase) return a.time;
  return -1;
}

std::string firsts(const std::vector<TheoreticalArrival>& arrivals) {
  std::string names;
  for (const TheoreticalArrival& a : arrivals)
    if (a.first) names += a.phase + " ";
  return names;
}

}  // namespace

TEST_CASE("theoretical arrivals: iasp91, 55 km deep, 67 degrees away, as ObsPy 1.5.1 computes them") {
  const auto arrivals = theoretical_arrivals(iasp91(), 55, 67 * km_per_degree);
  for (const auto& row : {std::pair<const char*, double>{"P", 647.041},
                          {"pP", 662.233},
                          {"sP", 668.704},
                          {"PcP", 674.865},
                          {"S", 1176.948},
                          {"sS", 1203.129},
                          {"ScS", 1239.512}}) {
    CAPTURE(row.first);
    CHECK(std::abs(time_of(arrivals, row.first) - row.second) < 0.1);
  }
  CHECK(firsts(arrivals) == "P S ");
}

TEST_CASE("theoretical arrivals: near earthquakes have Pg and Sg, then Pn and Sn first; far ones end at the core") {
  const auto near = theoretical_arrivals(ak135(), 10, 50), regional = theoretical_arrivals(ak135(), 10, 400);
  CHECK(firsts(near) == "Pg Sg ");
  CHECK(time_of(near, "Pg") == doctest::Approx(std::hypot(50, 10) / 5.8).epsilon(0.01));
  CHECK(time_of(near, "ScS") == -1);
  CHECK(firsts(regional) == "Pn Sn ");
  CHECK(time_of(regional, "Pg") > time_of(regional, "Pn"));
  CHECK(time_of(theoretical_arrivals(ak135(), 10, 105 * km_per_degree), "P") == -1);
  CHECK_THROWS_AS(earth_model_named("prem"), std::invalid_argument);
}

TEST_CASE("theoretical arrivals: iasp91 as others have computed it for the shared records") {
  const auto path = shared_path("data/teleseismic/theoretical_arrivals_iasp91.csv");
  if (!path) return;
  CsvReader csv(*path);
  int rows = 0;
  while (csv.next()) {
    CAPTURE(csv.cell("event"));
    const double distance = std::stod(csv.cell("distance_deg")) * km_per_degree;
    const auto arrivals = theoretical_arrivals(iasp91(), std::stod(csv.cell("depth_km")), distance);
    const Time origin = time_from_iso(csv.cell("origin_time"));
    for (const char* phase : {"P", "S"}) {
      const double other = seconds_between(origin, time_from_iso(csv.cell(phase + std::string("_time"))));
      double first = -1;
      for (const TheoreticalArrival& a : arrivals)
        if (a.first && a.phase[0] == phase[0]) first = a.time;
      CHECK(std::abs(first - other) < 1);  // distances there are on the ellipsoid, or rounded
    }
    ++rows;
  }
  CHECK(rows == 12);
}

TEST_CASE("catalogue: tables and QuakeML, one row or several an event; stations from a table") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& text) { return folder.write("table.csv", text); };
  std::int64_t left_out = -1;
  const auto events = read_catalogue(write("evid,origin_time,latitude,longitude,depth_km,magnitude,station\n"
                                           "b,2020-01-01T00:00:10,1,2,-0.5,,A\n"
                                           "a,2020-01-01T00:00:00Z,1,2,30,5.5,A\n"
                                           "a,2020-01-01T00:00:00Z,1,2,30,5.5,B\n"
                                           "c,2020-01-01T00:00:00Z,,2,30,5.5,B\n"),
                                     left_out);
  REQUIRE(events.size() == 2);
  CHECK(left_out == 1);
  CHECK(events[0].id == "a");
  CHECK(events[0].magnitude == 5.5);
  CHECK(events[1].depth == 0);  // above the sea
  CHECK(std::isnan(events[1].magnitude));
  const auto failure = [&](const std::string& text) {
    return message_of([&] { read_catalogue(write(text), left_out); });
  };
  CHECK(mentions(failure("a,b\n1,2\n"), "table.csv: expected QuakeML, or columns event,time,latitude"));
  CHECK(mentions(failure("time,latitude,longitude\nnoon,1,2\n"), "table.csv:2: "));
  CHECK(mentions(failure("time,latitude,longitude\n"), "no event with a time and a place"));
  CHECK(mentions(failure("<quakeml/>"), "this is no QuakeML"));

  const auto places = read_stations(write("network,station,latitude,longitude\nSY,S001,38.1,15\n"));
  CHECK(places.at("SY.S001").latitude == 38.1);
  const auto station_failure = [&](const std::string& text) { return message_of([&] { read_stations(write(text)); }); };
  CHECK(mentions(station_failure("station,latitude,longitude\nA,north,1\n"), "table.csv:2: \"north\" is not a number"));
  CHECK(mentions(station_failure("station,latitude,longitude\nA,,1\n"), "table.csv:2: no place"));
  CHECK(mentions(station_failure("station,x\nA,1\n"), "columns network,station,latitude,longitude"));
}
