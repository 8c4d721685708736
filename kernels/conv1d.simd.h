// The inner loops of kernels/conv1d.cpp, on packed rows: position i that tap k of channel c meets is
// x[c * x_row + tap[k] + i] whatever the stride, dilation and padding.
#pragma once
#include "kernels/activation.h"
#include "kernels/simd.h"

namespace SEISGRAD {

// A sum over positions is kept in this many partial sums on every instruction set, so that all give the same bits.
constexpr int64_t conv1d_lanes = 64 / sizeof(real);
// Columns of conv1d_weight_loop are readable up to a multiple of this.
constexpr int64_t conv1d_column_block = 12;

// What is computed at once for O output channels. Rows of x are readable up to a whole number of tiles; the surplus is
// computed and not stored.
struct Conv1dTile {
  int64_t channels, positions;
};
using Conv1dTileFor = Conv1dTile(int64_t O);
SIMD_LEVELS(Conv1dTileFor, conv1d_tile)

// sum[o][i] = bias[o] + sum over c, k of w x  for i < positions, o < O, becomes output first + i of row o of y; with
// `phases`, sums of channels 2 o and 2 o + 1 become outputs first + 2 i and one further of row o. What is not in
// 0..outputs-1 is not stored.
struct Conv1dPiece {
  int64_t C = 0, O = 0, K = 0;
  const real* w = nullptr;     // by tiles of output channels: [tile][c][k][o], the last one filled up with zeros
  const real* bias = nullptr;  // as many as output channels in the tiles
  int64_t positions = 0;
  const real* x = nullptr;
  int64_t x_row = 0;
  const int64_t* tap = nullptr;
  real* y = nullptr;
  int64_t y_row = 0;
  int64_t first = 0, outputs = 0;
  bool phases = false;

  // What becomes of an output before it is stored: activation(sum + residual), the larger of each pair.
  const real* residual = nullptr;  // rows like y's before pooling, or none
  int64_t residual_row = 0;
  Activation activation = Activation::none;
  bool pool = false;  // first is even
};
using Conv1dLoop = void(const Conv1dPiece& piece);
SIMD_LEVELS(Conv1dLoop, conv1d_loop)

// dw[o * columns + j] = sum over positions i of dy[o * dy_row + i] x[column[j] + i]
struct Conv1dWeightRows {
  int64_t positions;  // a multiple of conv1d_lanes
  int64_t O, columns;
  const real* dy;  // rows of zeros up to a multiple of 4 channels, unless O is 1
  int64_t dy_row;
  const real* x;
  const int64_t* column;
  real* dw;
};
using Conv1dWeightLoop = void(const Conv1dWeightRows& rows);
SIMD_LEVELS(Conv1dWeightLoop, conv1d_weight_loop)

// x = relu((x - mean) scale + shift), n values in place
using NormReluLoop = void(real* x, real mean, real scale, real shift, int64_t n);
SIMD_LEVELS(NormReluLoop, norm_relu_loop)

// The sum of n values.
using Conv1dSumLoop = double(const real* x, int64_t n);
SIMD_LEVELS(Conv1dSumLoop, conv1d_sum_loop)

}  // namespace SEISGRAD
