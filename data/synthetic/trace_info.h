// What is known of a synthetic trace, as a data set states it.
#pragma once
#include "data/geodesy.h"
#include "data/synthetic/scene.h"

namespace seisgrad {

// Names, places, times, arrivals, the coda's end. Events whose P or S lies in the trace and cannot be told from the
// noise and the other events are taken out of the scene: what is labelled can be seen, what can be seen is labelled. A
// P before the trace, its S inside, is listed at a negative sample.
TraceInfo describe(Scene& scene);

// Sets snr_db (data/snr.h) of each component, from the seconds before and after the first arrival inside the trace;
// unknown without an arrival or a signal.
void measure_snr(LabelledTrace& trace);

// The point `distance` km from one point in direction `azimuth` (radians from north), on the sphere.
Place point_at(Place from, double distance, double azimuth);

}  // namespace seisgrad
