// The recurrence of kernels/lstm.cpp, both ways, for some sequences that share their (masked) recurrent weights.
//
// Vectors hold neighbouring units, so each output is one lane's sum, whatever the width of a vector. Hp is H rounded up
// to a multiple of `lstm_padding`: what is added to a packed array is zero, and its lanes are never stored.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

constexpr int64_t lstm_padding = 16;  // a whole number of vectors on every level, in either precision

struct LstmSteps {
  int64_t samples, steps, H;
  int64_t h_row;  // from one step's h or dh to the next one's, H or more
  bool hard_sigmoid, reverse;
};
struct LstmStepsForward {
  LstmSteps of;
  const real* recurrent;    // (H, 4, Hp): at (k,g,j) is U[g H + j, k]
  const real* z;            // (samples, steps, 4, Hp): W x + b
  real *h, *gates, *cells;  // as in kernels/lstm.h
};
struct LstmStepsBackward {
  LstmSteps of;
  const real* recurrent;  // (4H, Hp): U
  const real *dh, *gates, *cells;
  real* dc;  // scratch, (samples, Hp)
  real* dz;
};

using LstmForwardLoop = void(const LstmStepsForward&);
using LstmBackwardLoop = void(const LstmStepsBackward&);

SIMD_LEVELS(LstmForwardLoop, lstm_forward_loop)
SIMD_LEVELS(LstmBackwardLoop, lstm_backward_loop)

}  // namespace SEISGRAD
