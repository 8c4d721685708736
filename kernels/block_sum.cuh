// Sums in double over the lanes of a warp and the threads of a block, for kernels that add up many values: a block sums
// its share into a part, a second launch adds the parts. Every sum has one order, which follows the shape alone.
#pragma once
#include "kernels/simt.h"
#include "kernels/view.h"
#include "kernels/warp.cuh"
#include "kernels/workspace.cuh"

namespace SEISGRAD::gpu {

constexpr int warps = 8, block = warps * lanes;

struct Plus {
  __device__ double operator()(double a, double b) const { return a + b; }
};
struct Largest {
  __device__ double operator()(double a, double b) const { return a < b ? b : a; }
};

// Over each `width` neighbouring lanes, the same bits in all of them: at each distance both partners combine the same
// two numbers.
template <class F = Plus>
__device__ double over_lanes(double v, int width = lanes, F combine = {}) {
  for (int distance = width / 2; distance > 0; distance /= 2) v = combine(v, __shfl_xor_sync(all_lanes, v, distance));
  return v;
}

// Over the block's threads, the same bits in all of them. One barrier: `shared` must not be what the call before used,
// which other threads may still read.
template <class F = Plus>
__device__ double over_block(double v, double (&shared)[warps], F combine = {}) {
  v = over_lanes(v, lanes, combine);
  if (threadIdx.x % lanes == 0) shared[threadIdx.x / lanes] = v;
  __syncthreads();
  return over_lanes(shared[threadIdx.x % warps], warps, combine);
}

using Parts = Workspace<double, 2>;  // of sums

// A warp owns a row of parts: first[r] of rows 0..C, second[r - C] of rows C..2C.
template <class T>
__global__ void sum_parts_kernel(View<const double, 2> parts, View<T, 1> first, View<T, 1> second) {
  const int64_t row = blockIdx.x, C = first.extent[0];
  double sum = 0;
  for (int64_t i = threadIdx.x; i < parts.extent[1]; i += lanes) sum += parts(row, i);
  sum = over_lanes(sum);
  if (threadIdx.x == 0) (row < C ? first(row) : second(row - C)) = static_cast<T>(sum);
}

template <class T>
void sum_parts(View<const double, 2> parts, View<T, 1> first, View<T, 1> second) {
  launch({.blocks = block_counts(parts.extent[0]), .threads = lanes}, sum_parts_kernel<T>, parts, first, second);
}

}  // namespace SEISGRAD::gpu
