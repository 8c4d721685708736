// The inner loops of kernels/max_pool1d.cpp: n pairs of a row from plain pointers, without overlap.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

using PairsLoop = void(const real* row, real* y, int32_t* argmax, int64_t n);
SIMD_LEVELS(PairsLoop, pairs_loop)

// Overwrites 2 n values of dx.
using PairsBackwardLoop = void(const real* dy, const int32_t* argmax, real* dx, int64_t n);
SIMD_LEVELS(PairsBackwardLoop, pairs_backward_loop)

}  // namespace SEISGRAD
