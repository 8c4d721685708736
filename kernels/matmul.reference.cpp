#include "kernels/matmul.h"

namespace SEISGRAD::reference {

template <class T>
void matmul(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c) {
  const auto [M, N] = c.extent;
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      T sum = 0;
      for (int64_t k = 0; k < a.extent[1]; ++k) sum += a(m, k) * b(k, n);
      c(m, n) = sum;
    }
}

template <class T>
void matmul_transposed_a(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c) {
  const auto [M, N] = c.extent;
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      T sum = 0;
      for (int64_t k = 0; k < a.extent[0]; ++k) sum += a(k, m) * b(k, n);
      c(m, n) = sum;
    }
}

template <class T>
void matmul_transposed_b(View<const T, 2> a, View<const T, 2> b, Precision, View<T, 2> c) {
  const auto [M, N] = c.extent;
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      T sum = 0;
      for (int64_t k = 0; k < a.extent[1]; ++k) sum += a(m, k) * b(n, k);
      c(m, n) = sum;
    }
}

template MatmulOf<float> matmul<float>;
template MatmulOf<double> matmul<double>;
template MatmulOf<float> matmul_transposed_a<float>;
template MatmulOf<double> matmul_transposed_a<double>;
template MatmulOf<float> matmul_transposed_b<float>;
template MatmulOf<double> matmul_transposed_b<double>;

}  // namespace SEISGRAD::reference
