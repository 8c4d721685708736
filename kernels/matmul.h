// matmul: products of matrices, plain and with one factor transposed, as their gradients need them
//
//   matmul               C[m,n] = sum_k A[m,k] B[k,n]     A (M,K)   B (K,N)   C (M,N)
//   matmul_transposed_a  C[m,n] = sum_k A[k,m] B[k,n]     A (K,M)   B (K,N)
//   matmul_transposed_b  C[m,n] = sum_k A[m,k] B[n,k]     A (M,K)   B (N,K)
//
// A strict sum over k, on CPU and GPU: the start (zero, a bias), plus chains of 256 fused multiply-adds each in the
// order of k, added in order. So it depends on no tile, thread or vector, and a row of C on no other row. K may be 0: C
// is 0. gpu:: honours the precision; reference:: and cpu:: are always strict.
#pragma once
#include "kernels/precision.h"
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: shapes as above. Overwrites c, which may not overlap a or b.
template <class T>
using MatmulOf = void(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c);
using Matmul = MatmulOf<real>;

namespace reference {
template <class T>
void matmul(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c);
template <class T>
void matmul_transposed_a(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c);
template <class T>
void matmul_transposed_b(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c);
}  // namespace reference

// A matrix in any order: element (i,j) is data[i row + j column]. A stride of 0 repeats a row, column or number.
struct Strided {
  const real* data;
  int64_t row, column;

  HOST_DEVICE real operator()(int64_t i, int64_t j) const { return data[i * row + j * column]; }
};
inline constexpr int64_t matmul_chain = 256;

// What all products come down to: C[m,n] = start[m,n] + sum_k a[m,k] b[k,n], k < K.
// REQUIRES: neighbours in a row of `start` are so in memory or are one number: its column is 1 or 0. It may be C
// itself.
using Product = void(Strided a, Strided b, int64_t K, Strided start, View<real, 2> c);

namespace cpu {
Matmul matmul, matmul_transposed_a, matmul_transposed_b;
Product product;

inline constexpr real zero = 0, one = 1;
inline constexpr Strided zeros{&zero, 0, 0}, ones{&one, 0, 0};
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Matmul matmul, matmul_transposed_a, matmul_transposed_b;
// As cpu::product; a `start` whose data is null is all zeros.
[[gnu::weak]] extern void product(Strided a, Strided b, int64_t K, Strided start, Precision, View<real, 2> c);
[[gnu::weak]] extern void column_sums(View<const real, 2> x, View<real, 1> sums);  // x (R,C), sums (C)
inline constexpr Strided zeros{nullptr, 0, 0};
}  // namespace gpu

}  // namespace SEISGRAD
