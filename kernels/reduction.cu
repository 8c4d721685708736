#include "kernels/reduction.h"

#include "kernels/map.cuh"
#include "kernels/warp.cuh"
#include "kernels/workspace.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int radix = 32, warps = 4;      // radix: the header's order of summation
constexpr int64_t chunk = radix * radix;  // values that one launch adds up: two levels of that order

// Sums along rows. A warp owns a chunk of a long row, or as many whole rows as have 32 blocks together: lane l adds up
// block l. Through shared memory, since the values of a block are neighbours; one in 33 places is left empty, so that
// the lanes' blocks begin in different banks.
__global__ void sum_rows_kernel(View<const real, 2> x, int64_t rows_each, View<real, 2> y) {
  SIMT_SHARED(tiles, real[warps][chunk + radix]);
  const int64_t O = x.extent[0], R = x.extent[1], P = y.extent[1];
  const int64_t warp = int64_t{blockIdx.x} * warps + threadIdx.y, o = warp / P * rows_each, p = warp % P;
  if (o >= O) return;
  real* tile = tiles[threadIdx.y];
  const int lane = static_cast<int>(threadIdx.x);
  const int length = static_cast<int>(min(R - p * chunk, chunk)), rows = static_cast<int>(min(rows_each, O - o));
  const int blocks = max(1, (length + radix - 1) / radix);  // of each row
  const real* from = x.data + o * R + p * chunk;
#pragma unroll 8
  for (int j = lane; j < rows * length; j += lanes) tile[j + j / radix] = from[j];
  __syncwarp();

  const int row = lane / blocks, begin = row * length + lane % blocks * radix;
  const int end = row < rows ? min(begin + radix, (row + 1) * length) : begin;
  real of_block = 0, total = 0;
  for (int j = begin; j < end; ++j) of_block += tile[j + j / radix];
  for (int b = 0; b < blocks; ++b) total += __shfl_sync(all_lanes, of_block, row * blocks + b);
  if (row < rows && lane % blocks == 0) y(o + row, p) = total;
}

// Sums across rows. A block owns a chunk of 32 neighbouring columns (o,i), a warp a block of 32 rows of it.
__global__ void sum_columns_kernel(View<const real, 3> x, View<real, 3> y) {
  SIMT_SHARED(sums, real[radix][lanes]);
  const int64_t O = x.extent[0], R = x.extent[1], I = x.extent[2], P = y.extent[1];
  const int64_t column = blockIdx.x / P * lanes + threadIdx.x, p = blockIdx.x % P, o = column / I, i = column % I;
  const int64_t begin = p * chunk + threadIdx.y * radix, end = o < O ? min(begin + radix, R) : begin;
  real sum = 0;
#pragma unroll 8
  for (int64_t r = begin; r < end; ++r) sum += x(o, r, i);
  sums[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y > 0 || o >= O) return;
  for (unsigned b = 1; b < blockDim.y; ++b) sum += sums[b][threadIdx.x];
  y(o, p, i) = sum;
}

// y[o,p,i] is the sum of chunk p.
void sum_chunks(View<const real, 3> x, View<real, 3> y) {
  const auto [O, P, I] = y.extent;
  const int64_t blocks = max(int64_t{1}, ceil_div(min(x.extent[1], chunk), radix));  // of 32, in a chunk
  if (I == 1) {
    const int64_t rows_each = P == 1 ? radix / blocks : 1;
    launch({.blocks = block_counts(ceil_div(ceil_div(O, rows_each) * P, warps)), .threads = {lanes, warps}},
           sum_rows_kernel, {x.data, {O, x.extent[1]}}, rows_each, {y.data, {O, P}});
  } else {
    launch({.blocks = block_counts(ceil_div(O * I, lanes) * P), .threads = {lanes, static_cast<unsigned>(blocks)}},
           sum_columns_kernel, x, y);
  }
}

__device__ real repeated(int64_t i, View<const real, 2> dy, int64_t RI) { return dy(i / RI, i % dy.extent[1]); }

}  // namespace

void sum(View<const real, 3> x, View<real, 2> y) {
  const auto [O, R, I] = x.extent;
  const int64_t P = max(int64_t{1}, ceil_div(R, chunk));
  if (P == 1) return sum_chunks(x, {y.data, {O, 1, I}});
  const Workspace<real, 3> parts({O, P, I});
  sum_chunks(x, parts);
  sum(parts, y);
}

void sum_backward(View<const real, 2> dy, View<real, 3> dx) { map<repeated>(dx, dy, dx.extent[1] * dx.extent[2]); }

}  // namespace SEISGRAD::gpu
