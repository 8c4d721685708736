// cuda_check: a CUDA error code becomes an exception that names the call's file and line. For nvcc's files only.
#pragma once
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

namespace seisgrad {

inline void cuda_check(cudaError_t status, const char* call, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + call + ": " +
                           cudaGetErrorString(status));
}

}  // namespace seisgrad
