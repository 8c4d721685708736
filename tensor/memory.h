// Memory: a block of bytes on one device, shared by the tensors that are views of it (reshape, detach).
#pragma once
#include <cstddef>
#include <cstdint>

#include "tensor/device.h"

namespace seisgrad {

class Memory {
 public:
  // Uninitialised; filled with NaN in debug builds and on the emulated device. Throws device::OutOfMemory, or
  // std::runtime_error where the device is not there.
  Memory(size_t bytes, Device device);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  Device device() const { return device_; }

  // Counts the writes in place; the tape refuses to use a value that changed after it was recorded.
  uint64_t version() const { return version_; }
  void written() { ++version_; }

 private:
  void* data_;
  size_t bytes_;
  Device device_;
  uint64_t version_ = 0;
};

// Copies bytes between any two devices. REQUIRES: equal sizes.
void copy(const Memory& from, Memory& to);

// The device there is, or throws std::runtime_error that says why there is none.
void require_device(Device device);

}  // namespace seisgrad
