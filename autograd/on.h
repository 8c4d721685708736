// on(device, cpu::f, gpu::f) names the kernel to run; both have one signature. gpu:: kernels are weak symbols: null in
// a build without CUDA kernels, or while an operator has none.
#pragma once
#include "tensor/tensor.h"

namespace SEISGRAD {

// The most that operators take of a padding, a span, a stride: sums of a few cannot overflow.
constexpr int64_t most_samples = int64_t{1} << 60;

template <class F>
F* on(Device device, F* cpu, F* gpu) {
  if (device == Device::cpu) return cpu;
  require(gpu != nullptr, "this operator has no CUDA kernel in this build: move its inputs with to(Device::cpu)");
  return gpu;
}

// The device that all tensors share; absent ones (an operator without bias) do not count.
template <class... More>
Device common_device(const char* op, const Tensor& first, const More&... more) {
  const auto check = [&](const Tensor& t) {
    require(!t || t.device() == first.device(), op, ": inputs on different devices, ", first.device(), " and ",
            t ? t.device() : first.device());
  };
  (check(more), ...);
  return first.device();
}

// The view of a tensor that may be absent: then its data is null.
template <class T, int Rank>
View<T, Rank> view_or_null(const Tensor& t) {
  return t ? t.view<T, Rank>() : View<T, Rank>{nullptr, {}};
}

}  // namespace SEISGRAD
