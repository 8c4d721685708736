#include "kernels/matmul.h"

#include "kernels/simt.h"

namespace SEISGRAD::gpu {
namespace {

constexpr int tile = 16, rows = 64, rows_each = rows / tile;

// A block owns 64 x 16 elements of C, a thread four of one column. Both factors pass through shared memory in tiles of
// 16 k: read straight from global memory, each number of b would be fetched 64 times.
__global__ void product_kernel(Strided a, Strided b, int64_t K, Strided start, View<real, 2> c) {
  SIMT_SHARED(as, real[rows][tile + 1]);
  SIMT_SHARED(bs, real[tile][tile + 1]);
  const int64_t M = c.extent[0], N = c.extent[1], across = ceil_div(N, tile);
  const int x = static_cast<int>(threadIdx.x), y = static_cast<int>(threadIdx.y);
  const int64_t m = blockIdx.x / across * rows + y, first = blockIdx.x % across * tile, n = first + x;
  const bool by_rows = b.column == 1;  // then neighbours in memory differ in n, else in k
  const int k_of_b = by_rows ? y : x, n_of_b = by_rows ? x : y;

  real sum[rows_each];
  for (int q = 0; q < rows_each; ++q)
    sum[q] = start.data && m + q * tile < M && n < N ? start(m + q * tile, n) : real(0);
  for (int64_t k = 0; k < K; k += tile) {
    for (int q = 0; q < rows_each; ++q) {
      const bool inside = m + q * tile < M && k + x < K;
      as[y + q * tile][x] = !inside ? real(0) : a.data ? a(m + q * tile, k + x) : real(1);
    }
    bs[k_of_b][n_of_b] = first + n_of_b < N && k + k_of_b < K ? b(k + k_of_b, first + n_of_b) : real(0);
    __syncthreads();
    for (int i = 0; i < tile; ++i)
      for (int q = 0; q < rows_each; ++q) sum[q] = fma(as[y + q * tile][i], bs[i][x], sum[q]);
    __syncthreads();  // the tiles may be overwritten
  }
  for (int q = 0; q < rows_each; ++q)
    if (m + q * tile < M && n < N) c(m + q * tile, n) = sum[q];
}

constexpr int lanes = 32, warps = 16, height = 4, breadth = 8;

// A block owns 4 x 8 elements of C, a lane each; warp w adds k = w, w + 16, ... without waiting for the others, then
// warp 0 adds the 16 sums. A tile in shared memory would be reused too little to be worth its barriers.
__global__ void product_of_many_kernel(Strided a, Strided b, int64_t K, View<real, 2> c) {
  SIMT_SHARED(sums, real[warps][lanes]);
  const int64_t M = c.extent[0], N = c.extent[1], across = ceil_div(N, breadth);
  const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
  const int64_t m = blockIdx.x / across * height + lane / breadth, n = blockIdx.x % across * breadth + lane % breadth;
  const bool mine = m < M && n < N;
  real sum = 0;
#pragma unroll 8
  for (int64_t k = warp; k < (mine ? K : 0); k += warps) sum = fma(a.data ? a(m, k) : real(1), b(k, n), sum);
  sums[warp][lane] = sum;
  __syncthreads();
  if (warp > 0 || !mine) return;
  for (int w = 1; w < warps; ++w) sum += sums[w][lane];
  c(m, n) = sum;
}

}  // namespace

void product(Strided a, Strided b, int64_t K, Strided start, View<real, 2> c) {
  const int64_t blocks = ceil_div(c.extent[0], rows) * ceil_div(c.extent[1], tile);
  launch({.blocks = block_counts(blocks), .threads = {tile, tile}}, product_kernel, a, b, K, start, c);
}
void product_of_many(Strided a, Strided b, int64_t K, View<real, 2> c) {
  const int64_t blocks = ceil_div(c.extent[0], height) * ceil_div(c.extent[1], breadth);
  launch({.blocks = block_counts(blocks), .threads = {lanes, warps}}, product_of_many_kernel, a, b, K, c);
}

void matmul(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, b.extent[1], 1}, a.extent[1], zeros, c);
}
void matmul_transposed_a(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product_of_many({a.data, 1, a.extent[1]}, {b.data, b.extent[1], 1}, a.extent[0], c);
}
void matmul_transposed_b(View<const real, 2> a, View<const real, 2> b, Precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, 1, b.extent[1]}, a.extent[1], zeros, c);
}

}  // namespace SEISGRAD::gpu
