#include "kernels/transpose.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int side = 32, rows_at_once = 8;

// A block owns a tile of 32 x 32 values, a thread four of them. Through shared memory, since both the reads along c and
// the writes along r shall touch whole lines; the 33rd column puts a tile's column into 32 different banks.
__global__ void transpose_kernel(View<const real, 3> x, View<real, 3> y) {
  SIMT_SHARED(tile, real[side][side + 1]);
  const int64_t R = x.extent[1], C = x.extent[2], across = ceil_div(C, side), down = ceil_div(R, side);
  const int64_t number = blockIdx.x, n = number / across / down;
  const int64_t r0 = number / across % down * side, c0 = number % across * side;
  const int i = static_cast<int>(threadIdx.x), j = static_cast<int>(threadIdx.y);
#pragma unroll
  for (int k = j; k < side; k += rows_at_once)
    if (r0 + k < R && c0 + i < C) tile[k][i] = x(n, r0 + k, c0 + i);
  __syncthreads();
#pragma unroll
  for (int k = j; k < side; k += rows_at_once)
    if (c0 + k < C && r0 + i < R) y(n, c0 + k, r0 + i) = tile[i][k];
}

__device__ real copied(int64_t i, View<const real, 1> x) { return x(i); }

}  // namespace

void transpose(View<const real, 3> x, View<real, 3> y) {
  const auto [N, R, C] = x.extent;
  if (R == 1 || C == 1)
    return map<copied>(y, View<const real, 1>{x.data, {x.size()}});  // the same order; a tile would be nearly empty
  launch({.blocks = block_counts(N * ceil_div(R, side) * ceil_div(C, side)), .threads = {side, rows_at_once}},
         transpose_kernel, x, y);
}

}  // namespace SEISGRAD::gpu
