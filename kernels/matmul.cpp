#include "kernels/matmul.h"

#include <algorithm>

#include "kernels/matmul.simd.h"
#include "kernels/parallel.h"
#include "kernels/scratch.h"

namespace SEISGRAD::cpu {
namespace {

constexpr int64_t task_columns = 32;    // with a chain's rows of b: 32 KiB of float, which stay in the L1 cache
constexpr int64_t task_work = 1 << 17;  // multiplications a task should have, some microseconds

int64_t next_multiple(int64_t n, int64_t step) { return (n + step - 1) / step * step; }

// b (K,N) as rows whose length is a multiple of column_padding, filled with zeros. Read in 16 x 1 strips, so that both
// sides use whole cache lines where b is stored transposed.
Strided packed(Strided b, int64_t K, int64_t N) {
  thread_local Scratch scratch;
  const int64_t row = next_multiple(N, column_padding);
  real* const rows = scratch.get(K * row);
  constexpr int64_t strip = 16;
  parallel_for(next_multiple(K, strip) / strip, [&](int64_t s) {
    const int64_t begin = s * strip, end = std::min(begin + strip, K);
    for (int64_t n = 0; n < N; ++n)
      for (int64_t k = begin; k < end; ++k) rows[k * row + n] = b.data[k * b.row + n * b.column];
    for (int64_t k = begin; k < end; ++k) std::fill(rows + k * row + N, rows + k * row + row, real(0));
  });
  return {rows, row, 1};
}

}  // namespace

void product(Strided a, Strided b, int64_t K, Strided start, View<real, 2> c) {
  const int64_t M = c.extent[0], N = c.extent[1];
  if (b.column != 1 || N % column_padding != 0) b = packed(b, K, N);
  ProductBlock* const block = SIMD_BEST(product_block);
  const int64_t task_rows =
      next_multiple(std::max<int64_t>(1, task_work / (task_columns * std::max<int64_t>(1, K))), 12);
  const int64_t across = next_multiple(N, task_columns) / task_columns, down = next_multiple(M, task_rows) / task_rows;
  parallel_for(across * down, [&](int64_t task) {
    const int64_t m = task / across * task_rows, n = task % across * task_columns;
    const int64_t height = std::min(task_rows, M - m), breadth = std::min(task_columns, N - n);
    for (int64_t i = m; i < m + height; ++i) {
      const real* from = start.data + i * start.row + n * start.column;
      real* to = c.data + i * N + n;
      if (start.column == 0) std::fill_n(to, breadth, *from);
      else if (from != to) std::copy_n(from, breadth, to);
    }
    for (int64_t k = 0; k < K; k += matmul_chain)
      block(a.data + m * a.row + k * a.column, a.row, a.column, b.data + k * b.row + n, b.row,
            std::min(matmul_chain, K - k), c.data + m * N + n, N, height, breadth);
  });
}

void matmul(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, b.extent[1], 1}, a.extent[1], zeros, c);
}
void matmul_transposed_a(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product({a.data, 1, a.extent[1]}, {b.data, b.extent[1], 1}, a.extent[0], zeros, c);
}
void matmul_transposed_b(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, 1, b.extent[1]}, a.extent[1], zeros, c);
}

}  // namespace SEISGRAD::cpu
