// The SIMT emulator as a .cu file sees it: CUDA's words, defined for an ordinary C++20 compiler. Each CUDA thread of a
// block is a fiber that runs until it waits at a barrier or a warp operation; then another one, chosen at random,
// goes on. Nothing else is promised about the order of threads, as on the GPU.
#pragma once
#include <math.h>  // the kernels say exp, not std::exp, as under nvcc

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#ifndef __clang__
#include <source_location>
#endif

#include "kernels/simt_options.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) double2 {
  double x, y;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }

// Of whole numbers only: CUDA's max of a number and a NaN is the number, std::max's depends on the order.
template <class T>
requires std::is_integral_v<T>
constexpr T min(T a, T b) { return b < a ? b : a; }
template <class T>
requires std::is_integral_v<T>
constexpr T max(T a, T b) { return a < b ? b : a; }

namespace seisgrad {
inline double cospi(double x) { return cos(3.14159265358979323846 * x); }  // not global: newer C libraries have one too
}  // namespace seisgrad

// Of the CUDA thread that runs now; the scheduler sets them.
inline thread_local constinit uint3 threadIdx{};
inline thread_local constinit uint3 blockIdx{};
inline thread_local constinit dim3 blockDim{};
inline thread_local constinit dim3 gridDim{};

// The same place of the block's shared memory for each of its threads: the address of key is the variable's identity.
#define SIMT_SHARED(name, ...)                                                                \
  static const char name##_key{};                                                             \
  std::type_identity_t<__VA_ARGS__>& name = *static_cast<std::type_identity_t<__VA_ARGS__>*>( \
      ::seisgrad::simt::shared_variable(&name##_key, sizeof(__VA_ARGS__)))

namespace seisgrad::simt {

#ifdef __clang__  // clang 14 has no std::source_location
struct Place {
  const char* file;
  unsigned at_line, at_column;
  static constexpr Place current(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE(),
                                 unsigned column = __builtin_COLUMN()) {
    return {file, line, column};
  }
  const char* file_name() const { return file; }
  unsigned line() const { return at_line; }
  unsigned column() const { return at_column; }
};
#else
using Place = std::source_location;
#endif

void run_grid(dim3 blocks, dim3 threads, size_t shared_bytes, void (*one_thread)(const void*), const void* call);

void* shared_variable(const char* key, size_t bytes);  // filled with NaN when the block first names it
void* dynamic_shared_bytes();

void block_barrier(Place);
void warp_barrier(unsigned mask, Place);

// A warp operation: each lane of mask brings a payload, the last to come computes the results of all lanes. Returns
// what is wrong, or null.
using WarpOperation = const char* (*)(void* const payloads[32], unsigned mask);
void warp_operation(unsigned mask, WarpOperation, void* payload, Place);

unsigned lane_index();  // 0..31, of the running thread

// Which lane a shuffle reads: source(lane), or the lane itself where that lies outside first..last.
template <class T>
T shuffle(unsigned mask, T value, int source, int first, int last, Place at) {
  static_assert(std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), "CUDA shuffles words of 4 or 8 bytes");
  struct Payload {
    T in, out;
    int source;
  };
  const bool inside = first <= source && source <= last;
  Payload payload{value, value, inside ? source : static_cast<int>(lane_index())};
  const auto exchange = [](void* const payloads[32], unsigned lanes) -> const char* {
    for (int lane = 0; lane < 32; ++lane) {
      if (!(lanes >> lane & 1)) continue;
      Payload& mine = *static_cast<Payload*>(payloads[lane]);
      if (!(lanes >> mine.source & 1)) return "a shuffle reads a lane outside its mask";
      mine.out = static_cast<Payload*>(payloads[mine.source])->in;
    }
    return nullptr;
  };
  warp_operation(mask, exchange, &payload, at);
  return payload.out;
}

void copy_later(void* shared, const void* source, size_t bytes, bool inside, Place);
void close_copy_group();
void land_copies(unsigned but_groups);

unsigned ballot(unsigned mask, bool predicate, Place);  // bit l: lane l is in the mask and its predicate holds
bool all_agree(unsigned mask, bool predicate, Place);

uint32_t to_tf32(float);
void mma_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Place);  // kernels/mma.cuh

}  // namespace seisgrad::simt

inline void __syncthreads(seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  seisgrad::simt::block_barrier(at);
}
inline void __syncwarp(unsigned mask = ~0u, seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  seisgrad::simt::warp_barrier(mask, at);
}

// The four shuffles split the warp in segments of `width` lanes (a power of two). As in PTX, xor may also read an
// earlier segment; a lane whose source is out of reach keeps its own value.
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  const int lane = static_cast<int>(seisgrad::simt::lane_index()), first = lane & ~(width - 1);
  return seisgrad::simt::shuffle(mask, value, first + (source & (width - 1)), 0, 31, at);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32,
                  seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  const int lane = static_cast<int>(seisgrad::simt::lane_index()), last = lane | (width - 1);
  return seisgrad::simt::shuffle(mask, value, lane ^ (lane_mask & 31), 0, last, at);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  const int lane = static_cast<int>(seisgrad::simt::lane_index()), first = lane & ~(width - 1);
  return seisgrad::simt::shuffle(mask, value, lane - static_cast<int>(delta & 31), first, 31, at);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  const int lane = static_cast<int>(seisgrad::simt::lane_index()), last = lane | (width - 1);
  return seisgrad::simt::shuffle(mask, value, lane + static_cast<int>(delta & 31), 0, last, at);
}

inline unsigned __ballot_sync(unsigned mask, bool predicate,
                              seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  return seisgrad::simt::ballot(mask, predicate, at);
}
inline bool __any_sync(unsigned mask, bool predicate, seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  return seisgrad::simt::ballot(mask, predicate, at) != 0;
}
inline bool __all_sync(unsigned mask, bool predicate, seisgrad::simt::Place at = seisgrad::simt::Place::current()) {
  return seisgrad::simt::all_agree(mask, predicate, at);
}

template <class T>
T atomicAdd(T* address, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*address).fetch_add(value, std::memory_order_relaxed);
}
template <class T>
T __ldg(const T* address) {
  return *address;
}
