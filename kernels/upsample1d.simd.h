// The inner loop of kernels/upsample1d.cpp: n values from plain pointers, each written twice.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

using TwiceLoop = void(const real* x, real* y, int64_t n);
SIMD_LEVELS(TwiceLoop, twice_loop)

}  // namespace SEISGRAD
