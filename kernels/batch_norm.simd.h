// The inner loops of kernels/batch_norm.cpp. A channel is `rows` rows of n values, `stride` values apart.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

struct ChannelRows {
  int64_t rows, stride, n;
};

struct ChannelGradients {
  double sum, products;  // of dy, of dy (x - mean)
};

// The sum of x; of (x - mean)^2; both sums of a gradient, for which dy is read once.
using ChannelSum = double(const real* x, ChannelRows rows);
using ChannelSquares = double(const real* x, double mean, ChannelRows rows);
using ChannelBackward = ChannelGradients(const real* dy, const real* x, double mean, ChannelRows rows);
// n values: y = (x - mean) scale + shift
using NormaliseLoop = void(const real* x, real mean, real scale, real shift, real* y, int64_t n);
// n values: dx = (dy - offset - (x - mean) slope) scale
using TrainBackwardLoop = void(const real* dy, const real* x, real mean, real offset, real slope, real scale, real* dx,
                               int64_t n);

SIMD_LEVELS(ChannelSum, channel_sum)
SIMD_LEVELS(ChannelSquares, channel_squares)
SIMD_LEVELS(ChannelBackward, channel_backward)
SIMD_LEVELS(NormaliseLoop, normalise_loop)
SIMD_LEVELS(TrainBackwardLoop, train_backward_loop)

}  // namespace SEISGRAD
