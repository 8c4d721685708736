#include "tensor/memory.h"

#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>

#include "kernels/device.h"

namespace seisgrad {

void require_device(Device device) {
  if (device == Device::cpu) return;
  if (!device::linked()) throw std::runtime_error("device cuda: this program was built without CUDA kernels");
  if (!device::available()) throw std::runtime_error("device cuda: " + device::description());
}

namespace {

constexpr std::align_val_t alignment{64};  // a cache line, and an AVX-512 vector

// Large blocks of the CPU that tensors gave back, for the next tensor of equal size: a model's sizes recur at every
// pass, and memory that goes back to the system returns in empty pages, one fault each. Without, a quarter of
// EQTransformer's time goes there (bench/compare_inference.py).
class Shelf {
 public:
  // The block given back last, which may still be in a cache; null if there is none of that size.
  void* take(size_t bytes) {
    const std::lock_guard lock(mutex_);
    auto block = blocks_.upper_bound(bytes);
    if (block == blocks_.begin() || (--block)->first != bytes) return nullptr;
    void* const data = block->second;
    blocks_.erase(block);
    kept_ -= bytes;
    return data;
  }

  void put(void* data, size_t bytes) noexcept {
    if (bytes < smallest || bytes > most) return ::operator delete(data, alignment);
    const std::lock_guard lock(mutex_);
    if (kept_ + bytes > most) clear();  // sizes of another time
    try {
      blocks_.emplace(bytes, data);
      kept_ += bytes;
    } catch (const std::bad_alloc&) { ::operator delete(data, alignment); }
  }

 private:
#ifdef __SANITIZE_ADDRESS__
  static constexpr size_t smallest = SIZE_MAX;  // no block is kept: the sanitizer shall see each of them end
#else
  static constexpr size_t smallest = size_t{64} << 10;  // smaller ones malloc keeps itself
#endif
  static constexpr size_t most = size_t{512} << 20;  // several times what a pass over 64 windows needs

  void clear() {
    for (const auto& block : blocks_) ::operator delete(block.second, alignment);
    blocks_.clear();
    kept_ = 0;
  }

  std::mutex mutex_;
  std::multimap<size_t, void*> blocks_;
  size_t kept_ = 0;
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
  if (!data_) data_ = ::operator new(bytes, alignment);
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
