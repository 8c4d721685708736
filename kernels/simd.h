// Vectors for the inner loops of the fast CPU kernels.
//
// A file x.simd.cpp is compiled once for each instruction set with SIMD naming the level (baseline, avx2, avx512), and
// puts its functions into the namespace of that name; x.cpp calls the best one of the machine it runs on. Without
// SEISGRAD_SIMD_DISPATCH there is one level, `native`, whatever the compiler's flags allow.
//
// x.simd.cpp may use pointers and what stands here, nothing from the standard library and no View: an inline function
// shared with other files could be kept by the linker in its AVX-512 copy and run on a machine that has none.
// avx2 and avx512 give the same bits: the same fused operations in the same order, whatever the width of a vector.
#pragma once
#include <cstdint>

#include "kernels/real.h"

#ifdef SEISGRAD_SIMD_DISPATCH
#if defined(__x86_64__)
// SIMD_LEVELS(F, f) declares function f of type F on every level; SIMD_BEST(f) is the one for this machine.
#define SIMD_LEVELS(F, f) \
  namespace baseline {    \
  F f;                    \
  }                       \
  namespace avx2 {        \
  F f;                    \
  }                       \
  namespace avx512 {      \
  F f;                    \
  }
#define SIMD_BEST(f)                                                                                                \
  (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && \
           __builtin_cpu_supports("avx512vl")                                                                       \
       ? avx512::f                                                                                                  \
   : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? avx2::f                                      \
                                                                     : baseline::f)
#else
#define SIMD_LEVELS(F, f) \
  namespace baseline {    \
  F f;                    \
  }
#define SIMD_BEST(f) baseline::f
#endif
#else
#define SIMD_LEVELS(F, f) \
  namespace native {      \
  F f;                    \
  }
#define SIMD_BEST(f) native::f
#endif

#ifndef SIMD
#define SIMD native
#endif

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace SEISGRAD::SIMD {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

constexpr int width = vector_bytes / sizeof(real);  // values in a vector
typedef real Vec __attribute__((vector_size(vector_bytes)));

inline Vec load(const real* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
inline void store(real* p, Vec v) { __builtin_memcpy(p, &v, sizeof v); }
inline Vec splat(real x) { return x - Vec{}; }  // minus 0, which changes nothing: plus 0 would turn -0 into 0

// a * b + c, rounded once where the machine can (baseline: twice).
inline Vec fma(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(real) == 4)
    return reinterpret_cast<Vec>(
        _mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
  else
    return reinterpret_cast<Vec>(
        _mm512_fmadd_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b), reinterpret_cast<__m512d>(c)));
#elif defined(__AVX2__)
  if constexpr (sizeof(real) == 4)
    return reinterpret_cast<Vec>(
        _mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
  else
    return reinterpret_cast<Vec>(
        _mm256_fmadd_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b), reinterpret_cast<__m256d>(c)));
#else
  return a * b + c;
#endif
}

}  // namespace SEISGRAD::SIMD
