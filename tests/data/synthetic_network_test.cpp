// Continuous records of a network: near and far earthquakes where its catalogue and theory have them.
#include "data/synthetic/network.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "data/geodesy.h"
#include "data/synthetic/travel_time.h"

using namespace seisgrad;

TEST_CASE("synthetic: a network's records hold its catalogue: the same each time, louder after each arrival") {
  NetworkConfig config;
  config.hours = 0.25, config.stations = 2, config.events_per_hour = 60, config.disturbances = 0;
  const Network network(config);
  REQUIRE(network.events.size() == 15);
  const StationRecord a = network.record(1), b = network.record(0), again = network.record(1);
  CHECK(a.counts[2] == again.counts[2]);
  CHECK(a.counts[2] != b.counts[2]);
  REQUIRE(a.counts[0].size() == 90000);
  REQUIRE(a.arrivals.size() > 4);
  int louder = 0, counted = 0;
  for (const NetworkArrival& arrival : a.arrivals) {
    const double at = seconds_between(config.start, arrival.time) * 100;
    if (at < 200 || at > 89800) continue;
    double before = 0, after = 0;
    for (const auto& counts : a.counts)
      for (std::size_t i = 0; i < 100; ++i) {  // differences: the microseism is slow
        const std::size_t early = static_cast<std::size_t>(at) - 102 + i, late = early + 104;
        before += std::pow(counts[early] - counts[early - 1], 2);
        after += std::pow(counts[late] - counts[late - 1], 2);
      }
    ++counted, louder += after > before;
  }
  CHECK(louder > 0.9 * counted);                             // the others are so on one component
  std::map<std::pair<std::string, std::string>, int> times;  // of an event's P and S, listed or not
  for (const auto* list : {&a.arrivals, &a.unlisted})
    for (const NetworkArrival& arrival : *list) ++times[{arrival.event, arrival.phase}];
  CHECK(times.size() == a.arrivals.size() + a.unlisted.size());
  CHECK(!a.unlisted.empty());
  config.stations = 0;
  CHECK_THROWS_AS(Network{config}, std::invalid_argument);
}

TEST_CASE("synthetic: a network's records with far earthquakes: named phases, slow waves where theory has them") {
  NetworkConfig config;
  config.hours = 0.5, config.stations = 1, config.rate = 20, config.broadband = true, config.disturbances = 0;
  config.events_per_hour = 120, config.far_events_per_hour = 12;
  const Network network(config);
  std::map<std::string, int> phases;
  int far = 0;
  const StationRecord record = network.record(0);
  for (const NetworkArrival& a : record.arrivals) {
    ++phases[a.phase];
    const auto event = std::find_if(network.events.begin(), network.events.end(),
                                    [&](const NetworkEvent& e) { return e.id == a.event; });
    REQUIRE(event != network.events.end());
    const bool crustal = a.phase == "Pg" || a.phase == "Pn" || a.phase == "Sg" || a.phase == "Sn";
    CHECK(event->far == !crustal);  // P and S, or what can be seen first in their place: PcP, ScS ...
    if (a.phase != "P") continue;
    ++far;
    const double distance = distance_km(event->epicentre.latitude, event->epicentre.longitude,
                                        network.stations[0].place.latitude, network.stations[0].place.longitude);
    const double theory = rays(ak135(), Wave::p, event->depth, distance).front().time;
    CHECK(seconds_between(event->origin, a.time) - theory == doctest::Approx(0).epsilon(1).scale(0.2));
  }
  CHECK(far >= 2);
  CHECK(phases["Pg"] + phases["Pn"] > 3);
  CHECK(phases["Sg"] + phases["Sn"] > 3);
  config.far_events_per_hour = 21;
  CHECK_THROWS_AS(Network{config}, std::invalid_argument);
}
