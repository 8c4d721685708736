#include "kernels/simt_emulator_arena.h"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <string>

#include "kernels/simt_emulator_sanitizers.h"
#include "kernels/simt_options.h"

namespace seisgrad::simt {
namespace {

// Limits of compute capability 9.0; 8.0 has 163 KiB, which its own driver enforces.
constexpr size_t static_limit = 48 * 1024, total_limit = 227 * 1024;

// Each variable begins at a multiple of 128 bytes and is followed by a gap that ASan guards.
constexpr size_t placed(size_t bytes) { return (bytes + 255) / 128 * 128; }
constexpr size_t arena_bytes = total_limit + 1024 * 256;  // with the gaps of a thousand variables

constexpr int nan_byte = 0xff;  // in every byte: a NaN as float, double or half; -1 as int

}  // namespace

SharedMemory::SharedMemory() {
  void* memory = mmap(nullptr, arena_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = static_cast<std::byte*>(memory);
}

SharedMemory::~SharedMemory() {
  sanitizer::allow(memory_, arena_bytes);
  munmap(memory_, arena_bytes);
}

void SharedMemory::reset(size_t dynamic_bytes) {
  if (dynamic_bytes > total_limit)
    throw Error("a launch asks for " + std::to_string(dynamic_bytes) + " bytes of shared memory; a block has 232448");
  const sanitizer::Quiet quiet;
  if (used_ > 0) sanitizer::forget(memory_, (used_ + 4095) / 4096 * 4096);
  sanitizer::forbid(memory_, arena_bytes);
  sanitizer::allow(memory_, dynamic_bytes);
  std::memset(memory_, nan_byte, dynamic_bytes);
  used_ = placed(dynamic_bytes);
  dynamic_bytes_ = dynamic_bytes;
  static_bytes_ = 0;
  variables_.clear();
}

bool SharedMemory::contains(const void* address, size_t bytes) const {
  const auto* first = static_cast<const std::byte*>(address);
  return memory_ <= first && first + bytes <= memory_ + used_;
}

void* SharedMemory::variable(const char* key, size_t bytes) {
  for (const Variable& v : variables_)
    if (v.key == key) return v.address;
  static_bytes_ += bytes;
  if (static_bytes_ > static_limit) throw Error("a block's SIMT_SHARED variables exceed 49152 bytes");
  if (static_bytes_ + dynamic_bytes_ > total_limit)
    throw Error("static and dynamic shared memory together exceed a block's 232448 bytes");
  void* address = memory_ + used_;
  used_ += placed(bytes);
  if (used_ > arena_bytes) throw Error("a block has more than a thousand SIMT_SHARED variables");
  sanitizer::allow(address, bytes);
  std::memset(address, nan_byte, bytes);
  variables_.push_back({key, address});
  return address;
}

}  // namespace seisgrad::simt
