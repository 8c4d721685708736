// LabelledTrace: the seismogram of one station with what is known of it, the example that training reads. Data sets
// yield it (data/packed.h), synthetic seismograms are made as it (data/synthetic/), labels and augmentation use it.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "data/stream_id.h"
#include "data/time.h"

namespace seisgrad {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Arrival {
  std::string phase;  // "P", "S", "Pg", "Sn", "ScP" ...
  double sample = 0;  // from the first sample of the trace, which is 0; may be fractional, or negative: before
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

// All but the samples. A number that nobody stated is `unknown`, a text "".
struct TraceInfo {
  std::string id;     // of the trace, unique in its data set
  std::string event;  // of the source: what a split by event keeps together; "" for noise
  StreamId stream;    // channel: band and instrument code, "HH"
  Time start;         // of the first sample
  double rate = 100;  // samples a second
  std::int64_t samples = 0;
  std::string components = "ENZ";  // present ones, in the order E, N, Z; the rows of absent ones are zeros

  bool noise = false;                              // no arrival of any event
  std::vector<Arrival> arrivals;                   // in order of time
  double coda_end = unknown;                       // sample after which the event is over
  double snr_db[3] = {unknown, unknown, unknown};  // E, N, Z

  double station_latitude = unknown, station_longitude = unknown;  // degrees
  double station_elevation = unknown;                              // m
  Time origin{};                                                   // time of the source, where its latitude is known
  double latitude = unknown, longitude = unknown;                  // of the source, degrees
  double depth = unknown;                                          // km
  double magnitude = unknown;
  double distance = unknown;      // epicentral, km
  double back_azimuth = unknown;  // degrees

  // The first arrival whose phase begins with `letter` ('P': P, Pg, Pn, PKP ...); unknown if there is none.
  double first(char letter) const {
    for (const Arrival& a : arrivals)
      if (!a.phase.empty() && a.phase[0] == letter) return a.sample;
    return unknown;
  }
};

struct LabelledTrace {
  TraceInfo info;
  std::vector<float> samples;  // (3, info.samples): rows E (or 1), N (or 2), Z
};

}  // namespace seisgrad
