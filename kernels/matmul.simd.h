// The inner loop of kernels/matmul.cpp.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD {

// Columns are padded to a multiple of this: a whole number of vectors on every level, in either precision.
constexpr int64_t column_padding = 16;

// c[i,j] += sum_k a[i a_row + k a_column] b[k b_row + j] for i < rows, j < columns, k < K, the sum taken in order of k.
// REQUIRES: b is readable up to the next multiple of column_padding of columns.
using ProductBlock = void(const real* a, int64_t a_row, int64_t a_column, const real* b, int64_t b_row, int64_t K,
                          real* c, int64_t c_row, int64_t rows, int64_t columns);

SIMD_LEVELS(ProductBlock, product_block)

}  // namespace SEISGRAD
