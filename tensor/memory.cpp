#include "tensor/memory.h"

#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <stdexcept>

#include "kernels/block_cache.h"
#include "kernels/device.h"
#include "kernels/sanitizers.h"
#include "tensor/require.h"

namespace seisgrad {

void require_device(Device device) {
  if (device == Device::cpu) return;
  if (!device::linked()) throw std::runtime_error("device cuda: this program was built without CUDA kernels");
  if (!device::available()) throw std::runtime_error("device cuda: " + device::description());
}

namespace {

constexpr std::align_val_t alignment{64};  // a cache line, and an AVX-512 vector

// Large blocks of the CPU that tensors gave back, for the next tensor of equal size: memory that goes back to the
// system returns in empty pages, one fault each. Without, a quarter of EQTransformer's time goes there
// (bench/compare_inference.py).
class Shelf {
 public:
  // Kept, else new, else new after what was kept went back to the system.
  void* take(size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      if (void* const data = kept_.take(bytes)) return data;
    }
    if (void* const data = ::operator new(bytes, alignment, std::nothrow)) return data;
    {
      const std::lock_guard lock(mutex_);
      clear();
    }
    if (void* const data = ::operator new(bytes, alignment, std::nothrow)) return data;
    throw device::OutOfMemory(joined("out of memory: a tensor of ", bytes, " bytes does not fit"));
  }

  void put(void* data, size_t bytes) noexcept {
    if (bytes < smallest || bytes > most) return ::operator delete(data, alignment);
    const std::lock_guard lock(mutex_);
    if (kept_.kept() + bytes > most) clear();  // sizes of another time
    if (!kept_.put(data, bytes)) ::operator delete(data, alignment);
  }

 private:
  // Smaller ones malloc keeps itself; none is kept where the sanitizer shall see each of them end.
  static constexpr size_t smallest = address_sanitizer ? SIZE_MAX : size_t{64} << 10;
  static constexpr size_t most = size_t{512} << 20;  // several times what a pass over 64 windows needs

  void clear() noexcept {
    kept_.clear([](void* data, size_t) { ::operator delete(data, alignment); });
  }

  std::mutex mutex_;
  BlockCache kept_;
};

// Never destroyed: a tensor may outlive any other static object.
Shelf& shelf() {
  static Shelf& made = *new Shelf;
  return made;
}

}  // namespace

Memory::Memory(size_t bytes, Device device) : bytes_(bytes), device_(device) {
  require_device(device);
  if (device == Device::cuda) {
    data_ = device::allocate(bytes);
    return;
  }
  data_ = shelf().take(bytes);
#ifndef NDEBUG
  std::memset(data_, 0xFF, bytes);  // NaN: what a kernel forgets to write shows
#endif
}

Memory::~Memory() {
  if (device_ == Device::cuda) device::release(data_);
  else shelf().put(data_, bytes_);
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
