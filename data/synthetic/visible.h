// What of an event can be seen on its record. Labels say no more and no less than this.
#pragma once
#include "data/synthetic/scene.h"

namespace seisgrad {

inline constexpr double clear_contrast = 3, faint_contrast = 1.5;

struct Sight {
  const Incoming* ray = nullptr;  // nullptr: the event has no such wave
  double contrast = 0;
};

// Of the rays of `wave` the first that is clear; without one the ray of most contrast.
//
// Contrast is a ratio of powers: the strongest moment soon after the arrival against the noise and the event's own
// waves before, in the best of three bands and on the best recorded component. A moment is a few periods long.
Sight first_seen(const Scene& scene, const PlacedEvent& event, Wave wave);

// Mean of the three components' squares between two samples.
double power_between(const Wavetrain& train, double from, double to);

}  // namespace seisgrad
