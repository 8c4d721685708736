#include "tests/allocations.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {
thread_local int64_t held = 0, peak = 0;
}

static void* counted(void* p) {
  if (p == nullptr) throw std::bad_alloc();
  held += static_cast<int64_t>(malloc_usable_size(p));
  peak = std::max(peak, held);
  return p;
}

void* operator new(size_t size) { return counted(std::malloc(size ? size : 1)); }
void* operator new(size_t size, std::align_val_t alignment) {  // tensors
  const size_t step = static_cast<size_t>(alignment);
  return counted(std::aligned_alloc(step, (size / step + 1) * step));
}
// Under ASan these do not call the ones above by themselves.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) { return nullptr; }
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  try {
    return operator new(size, alignment);
  } catch (const std::bad_alloc&) { return nullptr; }
}
void operator delete(void* p) noexcept {
  if (p != nullptr) held -= static_cast<int64_t>(malloc_usable_size(p));
  std::free(p);
}
void operator delete(void* p, size_t) noexcept { operator delete(p); }
void operator delete(void* p, std::align_val_t) noexcept { operator delete(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { operator delete(p); }

namespace seisgrad {

AllocationPeak::AllocationPeak() : held_(held) { peak = held; }
int64_t AllocationPeak::bytes() const { return peak - held_; }

}  // namespace seisgrad
