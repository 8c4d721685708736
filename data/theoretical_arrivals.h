// What should arrive from an earthquake at a station, after a model of the Earth.
#pragma once
#include <string>
#include <vector>

#include "data/synthetic/travel_time.h"

namespace seisgrad {

struct TheoreticalArrival {
  std::string phase;  // Pg, Pn, P, Sg, Sn, S; pP, sP, sS; PcP, ScP, ScS
  double time;        // s after the origin
  Wave wave;          // that reaches the station
  bool first;         // the first of its wave
};

// The first arrival of each phase there is, by time. depth and distance in km, as rays() wants them. Reflections are
// those of far events, 10 degrees and more; beyond some 98 degrees the core's shadow leaves nothing of P.
std::vector<TheoreticalArrival> theoretical_arrivals(const EarthModel& model, double depth, double distance);

}  // namespace seisgrad
