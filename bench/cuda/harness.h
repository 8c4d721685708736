// The rules of bench/harness.h on a GPU: time is that of CUDA events around one call, with the L2 cache flushed before.
#pragma once
#include <memory>

#include "bench/harness.h"

namespace SEISGRAD {

// Copies of arrays in the GPU's memory. The arrays outlive it and stay where they are.
class OnGpu {
 public:
  OnGpu() = default;
  OnGpu(const OnGpu&) = delete;
  OnGpu& operator=(const OnGpu&) = delete;
  ~OnGpu();

  // The copy of an array; made at the first call.
  template <class T>
  T* of(std::vector<T>& array) {
    return static_cast<T*>(copy_of(array.data(), array.size() * sizeof(T)));
  }
  // A view of an array, as one of its copy, and so for the structs of views that kernels take.
  template <class T, int Rank>
  View<T, Rank> operator()(View<T, Rank> v) {
    if (v.data) v.data = static_cast<T*>(copy_of(const_cast<std::remove_const_t<T>*>(v.data), sizeof(T) * v.size()));
    return v;
  }
  void upload() const;
  void download() const;

 private:
  struct Pair {
    void *host, *device;
    size_t bytes;
  };
  void* copy_of(void* host, size_t bytes);
  std::vector<Pair> pairs_;
};

// Memory of the GPU that no array stands behind: a library's workspace.
std::shared_ptr<void> gpu_memory(size_t bytes);

void register_case_on_gpu(const std::string& name, const std::function<Case()>& make);

// Fused multiply-adds of the whole GPU in float32, FLOP/s, measured.
double gpu_fma_peak();

}  // namespace SEISGRAD
