// A synthetic network: continuous records of several stations above one crust, with the catalogue of what happened and
// the arrivals that can be seen. Magnitudes follow Gutenberg and Richter (b = 1); a part of the events are the
// aftershocks of one larger event, their rate falling as 1 / t (Omori), close in space and often in each other's coda.
// Far earthquakes, 20 to 95 degrees away and of magnitude 5.5 and more, may come in between.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/synthetic/path.h"
#include "data/synthetic/trace_info.h"
#include "data/time.h"

namespace seisgrad {

struct NetworkConfig {
  std::uint64_t seed = 1;
  double hours = 24, rate = 100;
  int stations = 3;
  double events_per_hour = 20, far_events_per_hour = 0;
  double disturbances = 1;
  // Arrivals are called Pg, Pn, Sg, Sn, or P and S of far events, what can be seen is judged between 0.05 and 8 Hz, and
  // sensors are broadband, as the phase classifier wants it. Else P and S, 1 to 45 Hz, any sensor.
  bool broadband = false;
  Time start = time_from_date(2020, 1, 1);

  friend bool operator==(const NetworkConfig&, const NetworkConfig&) = default;
};

struct NetworkEvent {
  std::string id;
  Time origin;
  Place epicentre{};
  double depth = 0, magnitude = 0;  // km
  Quake quake;
  bool far = false;
};

struct NetworkStation {
  std::string code;
  Place place{};
};

struct NetworkArrival {
  std::string station, phase, event;
  Time time;
};

struct StationRecord {
  std::vector<std::int32_t> counts[3];   // E, N, Z, from config.start
  std::vector<NetworkArrival> arrivals;  // that can be seen, by time
  std::vector<NetworkArrival> unlisted;  // the other first P and S, by time
};

struct Network {
  explicit Network(const NetworkConfig& config);  // throws std::invalid_argument for an impossible one

  NetworkConfig config;
  EarthModel crust;
  Region region;
  std::vector<NetworkStation> stations;
  std::vector<NetworkEvent> events;  // by time

  // Made anew each time; the same whatever is asked for before it. `pause` is called many times a second of the work
  // and may throw to end it.
  StationRecord record(
      int station, const std::function<void()>& pause = [] {}) const;
};

}  // namespace seisgrad
