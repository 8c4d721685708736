// The inner loop of kernels/max_pool1d.cpp: n pairs from plain pointers, without overlap.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

using PairsLoop = void(const real* row, real* y, int32_t* argmax, int64_t n);
SIMD_LEVELS(PairsLoop, pairs_loop)

}  // namespace SEISGRAD
