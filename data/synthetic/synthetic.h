// Synthetic seismograms: labelled traces made from physics alone, as training data. docs/synthetic.md has the physics.
//
// A trace is a function of the configuration and its index: the same bytes whatever the threads and the order.
#pragma once
#include <cstdint>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

enum class SyntheticKind { local, teleseismic, mixed };
SyntheticKind synthetic_kind_named(const std::string& name);  // throws std::invalid_argument

struct SyntheticConfig {
  SyntheticKind kind = SyntheticKind::local;
  std::uint64_t seed = 1;
  double rate = 100, seconds = 60;
  double noise_fraction = 0.2;  // of traces without any event
  double more_events = 0.3;  // of local events' traces, with further events; also how often one began before the trace
  double least_snr = 3;      // dB, of local events in the band; those that cannot be seen in a part of it are left out
  double disturbances = 1;   // scales the chances of bursts, spikes, gaps, dead channels ...
  double vertical_only = 0.12;  // of stations, scaled by `disturbances` likewise
  double storms = 0;            // chance of a strong microseism
  double slow_recorders = 0;    // of stations, that sample 4.5 to 16 times a second
  // The arrivals of an event are its first P and its first S that can be seen, called so. With `phase_names` they are
  // called Pg, Pn, Sg, Sn, or P and S of far earthquakes; with `later_phases` all that were modelled are listed.
  bool phase_names = false, later_phases = false;
  // Labels only the events that a bulletin would list, all or nothing of each: seldom the weak ones, and seldom those
  // far below the strongest of their minute. A network trained so gives a probability that grows with the event.
  bool as_bulletin = false;
  // Zero-phase Butterworth band-pass, as a scan's preprocessing does it; else the recorder's counts.
  bool band_pass = true;
  double band_low = 1, band_high = 45;  // Hz
  int corners = 2;

  friend bool operator==(const SyntheticConfig&, const SyntheticConfig&) = default;
};

// What the two models are trained on: local is EQTransformer's minute at 100 Hz, 1-45 Hz; teleseismic and mixed (half
// of the events local) the classifier's two minutes at 20 Hz, 0.05-8 Hz, with phase names.
SyntheticConfig synthetic_config(SyntheticKind kind);

// Throws std::invalid_argument for an impossible configuration.
LabelledTrace synthetic_trace(const SyntheticConfig& config, std::int64_t index);

}  // namespace seisgrad
