// The inner loops of kernels/additive_attention.cpp, for one sample. Rows have a padded length P, a multiple of
// column_padding (kernels/matmul.simd.h), so that there are no rests; a sum over a row runs in 16 lanes on every level.
//
// tanh(q + k) comes in two forms. `exponential`: the caller gives e^2q and e^2k, and tanh(q + k) = 1 - 2 / (1 + e^2q
// e^2k) costs one division a pair. It needs |q|, |k| <= 20, lest the product overflow. Otherwise q and k are given.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

// The largest |x[i]|, i < n, NaN left out. REQUIRES: n is a multiple of column_padding, as of every row below.
using LargestMagnitude = real(const real* x, int64_t n);
// x[i] becomes e^(2 x[i]), i < n.
using ExponentialOfTwice = void(real* x, int64_t n);

// e[t,s] = start + sum_u score[u] tanh(q[t,u] + k[u,s]) for t < T, s < P.       q (T,U)   k (U,P)   e (T,P)
using AttentionScores = void(const real* q, const real* k, const real* score, real start, int64_t T, int64_t U,
                             int64_t P, bool exponential, real* e);
// Scores become weights: e[s] = E[s] / (sum E + epsilon), E[s] = exp(e[s] - e[peak]) for begin <= s < end, else 0.
using AttentionWeights = void(real* e, int64_t P, int64_t peak, int64_t begin, int64_t end, real epsilon);

// dweights[s] becomes weights[s] (dweights[s] - D), D = sum_s weights[s] dweights[s]. Returns D (1 - sum_s weights[s]).
using AttentionWeightsBackward = real(const real* weights, real* dweights, int64_t P);
// What key s gives to query t's gradient and takes itself, over u < P, with h = tanh(q[u] + k[u]):
//   dq[u] += de (1 - h^2)   dk[u] += de (1 - h^2)   dscore[u] += de h     for each s in begin..end-1, de = de[s]
// k, dk (T,P). The factor score[u] of dq and dk is left to the caller.
using AttentionPairsBackward = void(const real* q, const real* k, const real* de, int64_t begin, int64_t end, int64_t P,
                                    bool exponential, real* dq, real* dk, real* dscore);

SIMD_LEVELS(LargestMagnitude, largest_magnitude)
SIMD_LEVELS(ExponentialOfTwice, exponential_of_twice)
SIMD_LEVELS(AttentionScores, attention_scores)
SIMD_LEVELS(AttentionWeights, attention_weights)
SIMD_LEVELS(AttentionWeightsBackward, attention_weights_backward)
SIMD_LEVELS(AttentionPairsBackward, attention_pairs_backward)

}  // namespace SEISGRAD
