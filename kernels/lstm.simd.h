// The inner loops of kernels/lstm.cpp.
//
// Columns stand in blocks of `lstm_block`, one AVX-512 vector, the last block filled up with zeros: every output then
// is one lane's sum over k, ascending, whatever the width of a vector. Two ways to pack a (4H,K) matrix:
//   by gates    (H in blocks, K, 4, lstm_block): entry (b,k,g,l) = w[g H + b lstm_block + l, k], for products w x
//   by columns  (K in blocks, 4H, lstm_block):   entry (b,r,l)   = w[r, b lstm_block + l], for products with w^T
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

constexpr int lstm_block = 64 / sizeof(real);

// y[r,c] = start[c] + sum over k of a[r,k] b[k,c]; start may be null.
struct LstmProduct {
  const real* a;  // (rows, depth)
  int64_t rows, depth;
  const real* packed;
  int64_t side_by_side;  // blocks that stand together at each k: 4 if packed by gates, else 1
  const real* start;     // filled up to whole blocks
  real* y;
  int64_t columns, y_row;  // columns of y that are written, distance of its rows
};

// Some sequences that share their recurrent weights; every array starts at the first of them.
struct LstmSequences {
  int64_t samples, steps, H;
  bool hard_sigmoid, reverse;
  const real* recurrent;  // forward: by gates, backward: by columns
};
struct LstmStepsForward {
  LstmSequences in;
  const real* z;  // (samples, steps, H in blocks, 4, lstm_block): W x + b
  real *h, *gates, *cells;
};
struct LstmStepsBackward {
  LstmSequences in;
  const real *dh, *gates, *cells;
  real* dc;  // scratch, (samples, H in blocks, lstm_block)
  real* dz;
};

// Of one sequence: total[r,c] += mask[r / H, c] (sum over t of dz[t,r] b[t,c]) for some rows r.
struct LstmOuter {
  const real* dz;  // (steps, 4H)
  const real* b;   // (steps, columns)
  int64_t steps, H, columns;
  int64_t first_row, rows;
  const real* mask;   // null: ones
  int64_t mask_gate;  // distance of the mask's gates
  real* total;        // (4H, columns)
};

using LstmProductLoop = void(const LstmProduct&);
using LstmForwardLoop = void(const LstmStepsForward&);
using LstmBackwardLoop = void(const LstmStepsBackward&);
using LstmOuterLoop = void(const LstmOuter&);

SIMD_LEVELS(LstmProductLoop, lstm_product_loop)
SIMD_LEVELS(LstmForwardLoop, lstm_forward_loop)
SIMD_LEVELS(LstmBackwardLoop, lstm_backward_loop)
SIMD_LEVELS(LstmOuterLoop, lstm_outer_loop)

}  // namespace SEISGRAD
