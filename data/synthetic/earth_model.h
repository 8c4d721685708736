// EarthModel: wave speeds in spherical shells, from the surface down to a reflecting floor.
//
// Within a shell the speed follows Bullen's law v = a r^b, b from the speeds at its top and bottom; so the integrals of
// ray theory have closed forms (travel_time.h). A jump is two shells that meet with different speeds.
#pragma once
#include <string>
#include <vector>

#include "data/dice.h"
#include "data/geodesy.h"

namespace seisgrad {

enum class Wave { p, s };

struct Shell {
  double top, bottom;                           // depth, km
  double vp_top, vp_bottom, vs_top, vs_bottom;  // km/s

  double at_top(Wave wave) const { return wave == Wave::p ? vp_top : vs_top; }
  double at_bottom(Wave wave) const { return wave == Wave::p ? vp_bottom : vs_bottom; }
};

struct EarthModel {
  std::vector<Shell> shells;  // each begins where the one above it ends
  double moho = 35;           // depth, km

  const Shell& shell_at(double depth) const;  // at an interface the lower one
  double speed(Wave wave, double depth) const;
};

// ak135 down to the core: Kennett, Engdahl and Buland, "Constraints on seismic velocities in the Earth from
// traveltimes", Geophysical Journal International 122, 1995, table 3.
const EarthModel& ak135();

// iasp91 down to the core, its polynomials sampled so closely that travel times differ by less than 0.02 s. Kennett and
// Engdahl, "Traveltimes for global earthquake location and phase identification", Geophysical Journal International
// 105, 1991, table 2.
const EarthModel& iasp91();

// "ak135" or "iasp91"; throws std::invalid_argument.
const EarthModel& earth_model_named(const std::string& name);

// A crust of three to seven layers over a mantle to 300 km depth, drawn at random: mostly with 0.1 to 4 km of weathered
// rock or sediment on top, a vp/vs ratio that falls from 1.8-3 there to 1.68-1.80 below, a Moho at 22 to 50 km. Speeds
// rise with depth; there is no low-velocity layer.
EarthModel random_crust(Dice& dice);

}  // namespace seisgrad
