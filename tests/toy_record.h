// Toy seismograms: noise with P and S wave trains of random frequency, size and polarisation. They are
// made to look plausible to a network, not to be physics.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace seisgrad {

struct ToyEvent {
  double p, s;  // arrivals, in samples from the start
};

struct ToyRecord {
  std::array<std::vector<float>, 3> channels;  // E, N, Z; noise has a standard deviation of about 1
  std::vector<ToyEvent> events;                // by P time; no two overlap
};

// `samples` at 100 Hz with events whose S - P time is 1 to 4 s, on average one every `spacing` samples. The same seed
// gives the same record.
ToyRecord toy_record(uint64_t seed, int64_t samples, double spacing);

}  // namespace seisgrad
