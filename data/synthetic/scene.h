// Scene: the station, the ground and the noise in which one trace is made, and the events placed in it.
#pragma once
#include "data/synthetic/noise.h"
#include "data/synthetic/path.h"
#include "data/synthetic/synthetic.h"

namespace seisgrad {

// An event at its place in the frame: rays' times are seconds from the frame's first sample.
struct PlacedEvent {
  EventAtStation at;
  Wavetrain waves;
  double magnitude = 0, depth = 0, distance = 0, azimuth = 0;  // km; radians, from the source to the station
  double origin = 0;                                           // s from the frame's first sample
};

// The noise's power in three bands, as seen through filters of one pole: between the scene's low end, two splits at
// even ratios, and its high end.
struct NoiseBands {
  static constexpr int count = 3;
  double edge[count]{}, power[count]{};  // lower edges, Hz
};

struct Scene {
  const SyntheticConfig& config;
  std::int64_t index;
  EarthModel crust;
  Site site;
  Region region;
  Sensor sensor;
  NoiseSpectrum noise;
  double noise_level = 0;  // r.m.s. of the recorded noise in the band
  NoiseBands bands;
  double gain[3];  // of the noise on E, N, Z
  bool recorded[3] = {true, true, true};
  std::size_t frame, begin;  // samples made; where the trace begins among them
  std::vector<PlacedEvent> events;

  Scene(const SyntheticConfig& config, std::int64_t index);
  void measure_noise();  // sets noise_level and bands from `noise` and `sensor`
  std::size_t samples() const;
  double low() const;  // the band of interest, Hz
  double high() const;
  double at(double seconds) const { return static_cast<double>(begin) / config.rate + seconds; }  // frame time
};

// The magnitude, -1.5 to 9, at which the event's strongest P (or, for far S, S) stands `snr_db` above the noise in the
// band: mean power of its first second or its duration. So traces are as a bulletin holds them: large events far away,
// small ones near, whatever the noise.
double magnitude_seen_at(const Scene& scene, const Quake& quake, const EventAtStation& at, double snr_db);

// Makes the waves of an event whose first ray of `anchor` arrives `seconds` after the trace's begin.
PlacedEvent place(const Scene& scene, const Quake& quake, EventAtStation at, double distance, double azimuth,
                  Wave anchor, double seconds, std::uint16_t number);

}  // namespace seisgrad
