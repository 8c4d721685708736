// What the adapters of cuDNN share (bench/cuda/peers.h).
#pragma once
#include <cuda_runtime.h>
#include <cudnn.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "bench/cuda/contest.h"
#include "bench/cuda/on_gpu.h"

namespace SEISGRAD::cudnn {

// Throws Absent where cuDNN does not do that.
inline void check(cudnnStatus_t status, const char* call) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  const std::string text = std::string(call) + ": " + cudnnGetErrorString(status);
  if (CUDNN_STATUS_NOT_SUPPORTED <= status && status < CUDNN_STATUS_INTERNAL_ERROR) throw Absent(text);
  throw std::runtime_error(text);
}

// A handle or a descriptor, destroyed with its last owner.
template <class T>
using Owned = std::shared_ptr<std::remove_pointer_t<T>>;
template <class T>
Owned<T> owned(cudnnStatus_t (*create)(T*), cudnnStatus_t (*destroy)(T)) {
  T made = nullptr;
  check(create(&made), "creating a handle or descriptor");
  return {made, destroy};
}

cudnnHandle_t handle();  // on the stream of our kernels

// Seconds of the fastest of three calls, after one that is not timed.
double fastest_of_three(const std::function<void()>& call);

std::string name_of(cudnnConvolutionFwdAlgo_t algorithm);
// Of an algorithm by its name: fewer multiplications than the formula has.
inline bool has_fewer_products(const std::string& name) {
  return name.find("FFT") != name.npos || name.find("Winograd") != name.npos;
}

// Float32 values (N,C,L) as an image of height 1.
Owned<cudnnTensorDescriptor_t> rows(int64_t N, int64_t C, int64_t L);

inline constexpr float one = 1, zero = 0;

}  // namespace SEISGRAD::cudnn
