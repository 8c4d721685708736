// From a hypocentre to a station: which rays arrive when, how strong, how polarised.
#pragma once
#include "data/synthetic/event.h"
#include "data/synthetic/travel_time.h"

namespace seisgrad {

struct Quake {
  double magnitude = 2, depth = 8;  // km
  Mechanism mechanism{};
  double stress_drop = 3e6, corner_ratio = 1.3;  // Pa; of P's corner to S's
  double blur = 0.4;                             // how far scattering evens out the radiation pattern: 0 not, 1 wholly
};

// How the rocks of a region take energy: Q = q_s f^(1 - gamma) for S.
struct Region {
  double q_s = 200, q_p = 300, gamma = 0.5;
};
Region random_region(Dice& dice);
Quake random_quake(Dice& dice);  // all but magnitude and depth

// Everything of an event of moment 1 at `distance` (km) in the direction `azimuth` (radians), times since its origin.
// `source` is to be set by the caller. Empty `incoming` where no P or no S arrives.
EventAtStation local_path(const EarthModel& crust, const Site& site, const Region& region, const Quake& quake,
                          double distance, double azimuth, Dice& dice);

// The same for a far earthquake (ak135), the rays of one group alone: 'P' (P, pP, sP, PcP and ScP) or 'S' (S, sS, ScS).
EventAtStation far_path(char group, const EarthModel& crust, const Site& site, const Quake& quake, double distance,
                        double azimuth, Dice& dice);

}  // namespace seisgrad
