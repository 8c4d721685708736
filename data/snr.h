// The signal-to-noise ratio of one component, wherever seisgrad states one.
#pragma once
#include <span>

namespace seisgrad {

// 10 log10((p95 of the signal / p95 of the noise)^2), p95 the 95th percentile of the samples, as EQTransformer's picker
// takes it (Mousavi et al. 2020, released code). `unknown` (data/labelled_trace.h) where one of them is not positive:
// no samples, zeros, an offset.
double snr_db(std::span<const float> noise, std::span<const float> signal);

}  // namespace seisgrad
