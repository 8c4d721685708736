// What people and machines add near a station, and what the instrument does to the record.
#pragma once
#include "data/synthetic/scattering.h"

namespace seisgrad {

// Adds, each by chance: machines (steady tones and their harmonics), passing vehicles, footsteps, thumps that reach all
// components at once (no moveout: not an earthquake), spikes, steps with their slow return. `level` is the noise's
// r.m.s. in the band of interest, `likely` scales the chances.
void add_disturbances(double level, double rate, double likely, Dice& dice, Wavetrain& out);

struct Gap {
  std::size_t begin, end;  // samples
};

// What happened to the record itself; drawn by random_faults, whose chances `likely` scales,
// that of a station with a vertical alone included.
struct Faults {
  double least_count = 0;      // the digitiser's step
  double clip = 0;             // values beyond +-clip times the peak are cut off; 0: none are
  bool dead[3]{};              // no signal on E, N, Z
  bool vertical_only = false;  // a station of one component
  std::vector<Gap> gaps;       // no record at all
};
Faults random_faults(double level, double rate, std::size_t samples, double vertical_only, double likely, Dice& dice);

// Digitiser and clipping.
void digitise(const Faults& faults, Wavetrain& out);
// Zeros where there is no record. After filters, as a scan has it.
void blank(const Faults& faults, Wavetrain& out);

}  // namespace seisgrad
