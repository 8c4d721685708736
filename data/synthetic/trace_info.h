// What is known of a synthetic trace, as a data set states it.
#pragma once
#include "data/synthetic/scene.h"

namespace seisgrad {

// Names, places, times, arrivals, the coda's end. Events of which neither P nor S stands out of the noise and of the
// other events are taken out of the scene, so that what is not labelled cannot be seen.
TraceInfo describe(Scene& scene);

// 10 log10((p95 of the second after the first arrival / p95 of the second before)^2) of each component, p95 the 95th
// percentile of the samples as EQTransformer's picker takes it; unknown without an arrival or a signal.
void measure_snr(LabelledTrace& trace);

// The point `distance` km from one point in direction `azimuth` (radians from north), on the sphere.
struct Place {
  double latitude, longitude;  // degrees
};
Place point_at(Place from, double distance, double azimuth);

}  // namespace seisgrad
