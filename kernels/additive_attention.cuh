// What the forward and backward kernels of additive_attention share: a warp owns eight consecutive queries (or keys) of
// one sample, so that what its lanes fetch serves eight times. No block-wide barrier is needed anywhere.
#pragma once
#include "kernels/additive_attention.h"
#include "kernels/warp.cuh"

namespace SEISGRAD::gpu {

constexpr int own = 8, warps_in_block = 4;

inline Grid warp_for_each_eight(int64_t samples, int64_t steps, int64_t columns = 1) {
  const int64_t warps = samples * ceil_div(steps, own) * columns;
  return {.blocks = block_counts(ceil_div(warps, warps_in_block)), .threads = {lanes, warps_in_block}};
}

// Which eight this warp has: steps first .. first + 7 of sample n, those from T on not there; and which of the columns.
struct Eight {
  int64_t n, first, T, column;

  __device__ Eight(int64_t steps, int64_t columns = 1) : T(steps) {
    const int64_t warp = int64_t{blockIdx.x} * warps_in_block + threadIdx.y, groups = ceil_div(T, own);
    column = warp % columns, first = warp / columns % groups * own, n = warp / columns / groups;
  }
  __device__ bool has(int i) const { return first + i < T; }
  __device__ int64_t step(int i) const { return has(i) ? first + i : T - 1; }  // safe to read
};

// 1 - 2 / (1 + e^2x): to within rounding of 1, at a third of the cost of the exact function.
__device__ inline real tanh_of(real x) { return 1 - 2 / (1 + exp(2 * x)); }

}  // namespace SEISGRAD::gpu
