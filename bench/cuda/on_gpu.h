// Copies of a case's arrays in the GPU's memory.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "bench/case.h"

namespace SEISGRAD {

// The arrays outlive it and stay where they are.
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

// A case whose arrays are those of the problem `p`, which prepares and counts them.
template <class Problem>
Case case_on_gpu(std::shared_ptr<Problem> p, std::shared_ptr<OnGpu> gpu, std::function<void()> call,
                 std::string label = "") {
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call = std::move(call),
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work(),
          .label = std::move(label)};
}

}  // namespace SEISGRAD
