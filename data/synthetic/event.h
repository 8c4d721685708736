// event_waves: the seismogram of one event at one station, without noise: rays, pulses, scattered waves and spectra put
// together.
#pragma once
#include <optional>
#include <vector>

#include "data/synthetic/scattering.h"
#include "data/synthetic/surface_wave.h"

namespace seisgrad {

struct EventAtStation {
  std::vector<Incoming> incoming;
  Source source;
  Attenuation p, s;
  Scattering scattering;
  std::optional<SurfaceWave> surface;
};

// Samples of E, N, Z at `rate`, `frame` of them (a power of two), the sensor's output. Arrivals beyond the frame are
// left out; random numbers are those of `key`.
void add_event(const EventAtStation& event, const Site& site, const Sensor& sensor, double rate, RandomKey key,
               Wavetrain& out);

}  // namespace seisgrad
