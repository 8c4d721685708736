// cuBLAS for the benches (bench/cuda/peers.h).
#pragma once
#include <cublas_v2.h>

#include "kernels/precision.h"

namespace seisgrad {

void cublas_check(cublasStatus_t status, const char* call);

// On the stream of our kernels, set to that precision: CUBLAS_PEDANTIC_MATH or CUBLAS_TF32_TENSOR_OP_MATH.
cublasHandle_t cublas_handle(Precision precision);

}  // namespace seisgrad
