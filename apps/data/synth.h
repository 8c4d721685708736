// seisgrad data synth: synthetic seismograms as a packed data set, or as continuous miniSEED days with their truth.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace seisgrad {

struct SynthOptions {
  std::string out;
  std::int64_t count = 1000, first = 0;
  std::uint64_t seed = 1;
  std::string kind = "local";
  // Negative: as the kind has it.
  double rate = -1, seconds = -1, noise_fraction = -1, more_events = -1, disturbances = -1;
  std::optional<double> least_snr;
  bool as_bulletin = false, raw = false, later_phases = false, half = false, quiet = false;
  double continuous_hours = 0;  // above 0: a network's continuous records instead
  int stations = 3, threads = 0;
  double events_per_hour = 20, far_events_per_hour = 1;  // far ones: of kind mixed
  std::string gallery;                                   // SVG of the first traces, instead of a data set
};

// Throws Interrupted (apps/report/interrupt.h) on Ctrl-C. Then, and where it fails, nothing is left of what it wrote.
int data_synth(const SynthOptions& options);

}  // namespace seisgrad
