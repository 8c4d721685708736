// cuda_check: a CUDA error code becomes an exception that names the call's file and line; device::Lost where the error
// stays. For nvcc's files only.
#pragma once
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "kernels/device.h"

namespace seisgrad {

inline void cuda_check(cudaError_t status, const char* call, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  if (status == cudaSuccess) return;
  const std::string text =
      std::string(file) + ":" + std::to_string(line) + ": " + call + ": " + cudaGetErrorString(status);
  cudaGetLastError();  // forgets an error of this call alone
  const bool stays = cudaDeviceSynchronize() == status && status < cudaErrorStreamCaptureUnsupported;
  if (stays) throw device::Lost(text + ": the GPU is lost to this process");
  throw std::runtime_error(text);
}

}  // namespace seisgrad
