// One row of kernels/layer_norm.cpp: C contiguous values of a step.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

using LayerNormRow = void(const real* x, const real* gamma, const real* beta, double epsilon, real* y, int64_t C);
using LayerNormBackwardRow = void(const real* dy, const real* x, const real* gamma, double epsilon, real* dx,
                                  int64_t C);
// sums[c] += dy, sums[C + c] += dy u
using LayerNormParameterRow = void(const real* dy, const real* x, double epsilon, double* sums, int64_t C);

SIMD_LEVELS(LayerNormRow, layer_norm_row)
SIMD_LEVELS(LayerNormBackwardRow, layer_norm_backward_row)
SIMD_LEVELS(LayerNormParameterRow, layer_norm_parameter_row)

}  // namespace SEISGRAD
