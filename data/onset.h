// Onsets by the classic means, without a network: the ratio of a short-term to a long-term average of energy (Allen
// 1978, Bulletin of the Seismological Society of America 68, 1521) and the AIC picker (Maeda 1985, Zisin 38, 365).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace seisgrad {

// Allen's characteristic function: x^2 + weight (x_i - x_{i-1})^2, where the weight makes both terms equally large on
// average, so that a change of frequency counts as one of amplitude does.
std::vector<double> allen_energy(std::span<const float> x);

// ratio_i = mean of energy over (i - shorter, i] / mean over the `longer` samples before those. 1 where fewer
// samples lie before, or nothing but zeros. Both > 0.
std::vector<float> sta_lta(std::span<const double> energy, std::int64_t shorter, std::int64_t longer);

// The sample k that best cuts x in two stationary parts, the least of
//
//     AIC(k) = k log(variance of x[0,k)) + (n - k - 1) log(variance of x[k,n)),
//
// and so the onset of a signal in noise. Of x shorter than 8 samples its middle.
std::int64_t aic_onset(std::span<const float> x);

}  // namespace seisgrad
