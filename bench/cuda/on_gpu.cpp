#include "bench/cuda/on_gpu.h"

#include "kernels/device.h"

namespace SEISGRAD {

OnGpu::~OnGpu() {
  for (const Pair& pair : pairs_) device::release(pair.device);
}

void* OnGpu::copy_of(void* host, size_t bytes) {
  for (const Pair& pair : pairs_)
    if (pair.host == host) return pair.device;
  pairs_.push_back({host, device::allocate(bytes), bytes});
  return pairs_.back().device;
}

void OnGpu::upload() const {
  for (const Pair& pair : pairs_) device::copy_to_device(pair.device, pair.host, pair.bytes);
}
void OnGpu::download() const {
  device::synchronize();
  for (const Pair& pair : pairs_) device::copy_to_host(pair.host, pair.device, pair.bytes);
}

std::shared_ptr<void> gpu_memory(size_t bytes) { return {device::allocate(bytes), device::release}; }

}  // namespace SEISGRAD
