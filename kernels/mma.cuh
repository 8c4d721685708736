// Tensor cores: one warp multiplies a 16 x 8 by an 8 x 8 matrix, C += A B, in tf32 (since compute capability 8.0). tf32
// is float32 with 10 bits after the point in place of 23. All 32 lanes call together and each holds, with g = lane / 4
// and t = lane % 4 (PTX ISA, "Matrix Fragments for mma.m16n8k8"),
//
//   a[0..3]  A(g,t)  A(g+8,t)  A(g,t+4)  A(g+8,t+4)
//   b[0..1]  B(t,g)  B(t+4,g)
//   c[0..3]  C(g,2t)  C(g,2t+1)  C(g+8,2t)  C(g+8,2t+1)
//
//   MmaFragment<P, 4> a;  a.set(0, x(g, t)), ...;     rounds, and splits where P is tf32x3
//   MmaFragment<P, 2> b;  ...
//   mma<P>(c, a, b);
#pragma once
#include <bit>

#include "kernels/precision.h"
#include "kernels/simt.h"

namespace seisgrad {

#ifdef __CUDACC__

// The nearest tf32, ties away from zero, in float's format.
__device__ __forceinline__ uint32_t to_tf32(float x) {
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
}
__device__ __forceinline__ float from_tf32(uint32_t bits) { return __uint_as_float(bits); }

// The products are exact. Their sum is not float32's: bits below the largest addend's last are cut off (Fasi et al.
// 2021, "Numerical behavior of NVIDIA tensor cores", doi 10.7717/peerj-cs.330).
__device__ __forceinline__ void mma_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#else

inline uint32_t to_tf32(float x) { return simt::to_tf32(x); }
inline float from_tf32(uint32_t bits) { return std::bit_cast<float>(bits); }
inline void mma_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     simt::Place at = simt::Place::current()) {
  simt::mma_tf32(c, a, b, at);
}

#endif

// What a lane holds of A (4 numbers) or B (2): each the nearest tf32 and, for tf32x3, the tf32 nearest to the rest.
template <Precision P, int Count>
struct MmaFragment {
  static constexpr bool split = P == Precision::tf32x3;
  uint32_t big[Count], small[split ? Count : 1];

  __device__ __forceinline__ void set(int i, float x) {
    big[i] = to_tf32(x);
    if constexpr (split) small[i] = to_tf32(x - from_tf32(big[i]));
  }
};

// tf32x3: the product of the two rests is left out, 2^-22 of the whole. The sum over the calls is made outside of the
// tensor core, which would cut it off each time (Ootomo and Yokota 2022, doi 10.1177/10943420221090256).
template <Precision P>
__device__ __forceinline__ void mma(float (&c)[4], const MmaFragment<P, 4>& a, const MmaFragment<P, 2>& b) {
  static_assert(P != Precision::strict, "tensor cores have no float32");
  if constexpr (P == Precision::tf32) {
    mma_tf32(c, a.big, b.big);
  } else {
    float product[4] = {};
    mma_tf32(product, a.small, b.big);
    mma_tf32(product, a.big, b.small);
    mma_tf32(product, a.big, b.big);
    for (int i = 0; i < 4; ++i) c[i] += product[i];
  }
}

}  // namespace seisgrad
