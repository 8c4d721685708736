#include "tensor/memory.h"

#include <cstring>
#include <new>
#include <stdexcept>

#include "kernels/device.h"

namespace seisgrad {

void require_device(Device device) {
  if (device == Device::cpu) return;
  if (!device::linked()) throw std::runtime_error("device cuda: this program was built without CUDA kernels");
  if (!device::available()) throw std::runtime_error("device cuda: " + device::description());
}

constexpr std::align_val_t alignment{64};  // a cache line, and an AVX-512 vector

Memory::Memory(size_t bytes, Device device) : bytes_(bytes), device_(device) {
  require_device(device);
  if (device == Device::cuda) {
    data_ = device::allocate(bytes);
    return;
  }
  data_ = ::operator new(bytes, alignment);
#ifndef NDEBUG
  std::memset(data_, 0xFF, bytes);  // NaN: what a kernel forgets to write shows
#endif
}

Memory::~Memory() {
  if (device_ == Device::cuda) device::release(data_);
  else ::operator delete(data_, alignment);
}

void copy(const Memory& from, Memory& to) {
  to.written();
  const bool from_host = from.device() == Device::cpu, to_host = to.device() == Device::cpu;
  if (from_host && to_host) std::memcpy(to.data(), from.data(), from.bytes());
  else if (from_host) device::copy_to_device(to.data(), from.data(), from.bytes());
  else if (to_host) device::copy_to_host(to.data(), from.data(), from.bytes());
  else device::copy_on_device(to.data(), from.data(), from.bytes());
}

}  // namespace seisgrad
