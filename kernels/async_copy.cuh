// Asynchronous copies from global to shared memory (cp.async, since compute capability 8.0): the copy goes on while the
// thread computes. Each thread waits for its own copies; a barrier after that lets the others read them.
//
//   cp_async<16>(&tile[i], x + i);   // 4, 8 or 16 bytes, both addresses aligned to that
//   cp_async_commit();               // closes a group of copies
//   cp_async_wait<1>();              // all groups but the latest 1 have landed
//   __syncthreads();
#pragma once
#include "kernels/simt.h"

namespace seisgrad {

#ifdef __CUDACC__

// Fills with zeros where not `inside`; source is then not read.
template <int Bytes>
__device__ __forceinline__ void cp_async(void* shared, const void* source, bool inside = true) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16);
  const unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  const int read = inside ? Bytes : 0;
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(to), "l"(source), "n"(Bytes), "r"(read)
               : "memory");
}

__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int Groups>
__device__ __forceinline__ void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(Groups) : "memory");
}

#else

template <int Bytes>
void cp_async(void* shared, const void* source, bool inside = true, simt::Place at = simt::Place::current()) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16);
  simt::copy_later(shared, source, Bytes, inside, at);
}

inline void cp_async_commit() { simt::close_copy_group(); }

template <int Groups>
void cp_async_wait() {
  simt::land_copies(Groups);
}

#endif

}  // namespace seisgrad
