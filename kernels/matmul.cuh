// What the CUDA kernels of matmul share.
#pragma once
#include "kernels/matmul.h"

namespace SEISGRAD::gpu {

// c[0] = start + a b, chain after chain; or, where c has as many parts as there are chains, c[i] = chain i of a b
// alone.
struct Chains {
  Strided a, b;
  int64_t K;
  Strided start;
  View<real, 3> c;  // (1 or chains, M, N)
};

// On tensor cores a chain is longer: each ends with reading and writing c.
inline constexpr int64_t tensor_core_chain = 512;

// REQUIRES: precision is not strict, and real is float.
void multiply_on_tensor_cores(Precision precision, const Chains& p);

}  // namespace SEISGRAD::gpu
