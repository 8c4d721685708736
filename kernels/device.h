// device: the GPU of this process as the rooms above kernels/ see it: is there one, and its memory.
//
// Two libraries define these functions, nvcc's and the emulator's, and a program links at most one of them. Every
// function is weak, so a program without either still links, and device::linked() is then false. (A weak reference
// takes nothing out of a static archive: link those libraries as objects or whole.)
//
// Not in namespace gpu: seisgrad::gpu and seisgrad::f32::gpu would be two namespaces of one name.
#pragma once
#include <cstddef>
#include <string>

namespace seisgrad::device {

// Can the device run kernels? False where nvcc's library meets no GPU or no driver.
[[gnu::weak]] bool available();

// Is it the SIMT emulator?
[[gnu::weak]] bool emulated();

// For people: name, compute capability and driver; or that it is emulated; or why there is none.
[[gnu::weak]] std::string description();

// Memory of the device, aligned to 256 bytes, contents undefined (the emulator's is NaN). Null for 0 bytes.
// Throws std::runtime_error naming the CUDA call.
[[gnu::weak]] void* allocate(size_t bytes);
[[gnu::weak]] void release(void* memory) noexcept;

// Return when the copy is done, which is after the kernels launched before it.
[[gnu::weak]] void copy_to_device(void* destination, const void* source, size_t bytes);
[[gnu::weak]] void copy_to_host(void* destination, const void* source, size_t bytes);
[[gnu::weak]] void copy_on_device(void* destination, const void* source, size_t bytes);

// Waits for all launched kernels and throws what went wrong in them.
[[gnu::weak]] void synchronize();

// Is one of the two libraries part of this program?
inline bool linked() { return available != nullptr; }

}  // namespace seisgrad::device
