// What the CUDA kernels of matmul share.
#pragma once
#include "kernels/matmul.h"

namespace SEISGRAD::gpu {

// c[p,m,n] = start[m,n] + sum of a[m,k] b[k,n] over the k of piece p: [p piece, (p + 1) piece), and below K.
struct ProductInPieces {
  Strided a, b;
  int64_t K, piece;  // piece: a multiple of 16, or all of K
  Strided start;
  View<real, 3> c;
};

// REQUIRES: precision is not strict, and real is float.
void product_on_tensor_cores(Precision precision, const ProductInPieces& p);

}  // namespace SEISGRAD::gpu
