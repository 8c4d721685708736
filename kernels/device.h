// The GPU as the rooms above see it: is there one, its memory, copies. Weak symbols: null in a build without any gpu::
// library, so ask `available != nullptr && available()` first. All throw std::runtime_error naming the failed call.
#pragma once
#include <cstddef>
#include <string>

namespace seisgrad::gpu {

[[gnu::weak]] bool available();
[[gnu::weak]] bool emulated();
[[gnu::weak]] std::string description();  // the device's name, or why there is none
[[gnu::weak]] void* allocate(size_t bytes);
[[gnu::weak]] void release(void* memory) noexcept;
[[gnu::weak]] void copy_to_device(void* to, const void* from, size_t bytes);
[[gnu::weak]] void copy_to_host(void* to, const void* from, size_t bytes);
[[gnu::weak]] void copy_on_device(void* to, const void* from, size_t bytes);
[[gnu::weak]] void synchronize();

}  // namespace seisgrad::gpu
