// The inner loops of kernels/elementwise.cpp: n values from plain pointers.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

using BinaryLoop = void(const real* a, const real* b, real* y, int64_t n);
using UnaryLoop = void(const real* x, real* y, int64_t n);

SIMD_LEVELS(BinaryLoop, add_loop)
SIMD_LEVELS(BinaryLoop, subtract_loop)
SIMD_LEVELS(BinaryLoop, multiply_loop)
SIMD_LEVELS(UnaryLoop, relu_loop)
SIMD_LEVELS(UnaryLoop, sigmoid_loop)
SIMD_LEVELS(UnaryLoop, hard_sigmoid_loop)
SIMD_LEVELS(UnaryLoop, tanh_loop)
SIMD_LEVELS(UnaryLoop, exp_loop)
// a: gradient dy, b: result y
SIMD_LEVELS(BinaryLoop, relu_backward_loop)
SIMD_LEVELS(BinaryLoop, sigmoid_backward_loop)
SIMD_LEVELS(BinaryLoop, hard_sigmoid_backward_loop)
SIMD_LEVELS(BinaryLoop, tanh_backward_loop)

}  // namespace SEISGRAD
