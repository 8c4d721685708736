// What AddressSanitizer and ThreadSanitizer must be told about fibers and shared memory; nothing in a plain build.
// SIMT_TSAN is set by the build when the kernels are compiled with -fsanitize=thread; the emulator's own files are
// then compiled without it, because the scheduler's bookkeeping is not under test.
#pragma once
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define SIMT_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIMT_ASAN
#endif
#endif

#ifdef SIMT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SIMT_TSAN
#include <sanitizer/tsan_interface.h>
#include <sys/mman.h>

#include <memory>
extern "C" {
void AnnotateIgnoreReadsBegin(const char*, int);
void AnnotateIgnoreReadsEnd(const char*, int);
void AnnotateIgnoreWritesBegin(const char*, int);
void AnnotateIgnoreWritesEnd(const char*, int);
}
#endif

namespace seisgrad::simt::sanitizer {

#ifdef SIMT_TSAN

constexpr bool finds_races = true;

// While one lives, what this CUDA thread reads and writes is the emulator's business.
struct Quiet {
  Quiet() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Quiet() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

// What happened before a release is visible after an acquire of the same address.
inline void release(void* address) { __tsan_release(address); }
inline void acquire(void* address) { __tsan_acquire(address); }

// Addresses to release and acquire at, which TSan has not seen before the last reset().
class Meetings {
 public:
  void reset(size_t n) { bytes_.reset(new char[8 * n]); }
  void* operator[](size_t i) { return &bytes_[8 * i]; }

 private:
  std::unique_ptr<char[]> bytes_;
};

// The memory becomes zero, and TSan forgets who touched it. REQUIRES: whole pages.
inline void forget(void* memory, size_t bytes) {
  const Quiet quiet;
  mmap(memory, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

#else

constexpr bool finds_races = false;

struct Quiet {
  Quiet() {}  // not trivial, so that no compiler calls it an unused variable
};
inline void release(void*) {}
inline void acquire(void*) {}
struct Meetings {
  void reset(size_t) {}
  void* operator[](size_t) { return nullptr; }
};
inline void forget(void*, size_t) {}

#endif

#ifdef SIMT_ASAN
inline void forbid(void* address, size_t bytes) { ASAN_POISON_MEMORY_REGION(address, bytes); }
inline void allow(void* address, size_t bytes) { ASAN_UNPOISON_MEMORY_REGION(address, bytes); }
#else
inline void forbid(void*, size_t) {}
inline void allow(void*, size_t) {}
#endif

}  // namespace seisgrad::simt::sanitizer
