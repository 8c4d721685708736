// What the forward and backward kernels of additive_attention share: a warp, a block of its own, owns four consecutive
// queries (or keys) of one sample, so that what its lanes fetch serves four times. With eight, one window alone would
// keep only six warps busy.
#pragma once
#include "kernels/additive_attention.h"
#include "kernels/warp.cuh"

namespace SEISGRAD::gpu {

constexpr int own = 4;

inline Grid warp_for_each_group(int64_t samples, int64_t steps, int64_t columns = 1) {
  return {.blocks = block_counts(samples * ceil_div(steps, own) * columns), .threads = lanes};
}

// Which group this warp has: steps first .. first + 3 of sample n, those from T on not there; and which of the columns.
struct Group {
  int64_t n, first, T, column;

  __device__ Group(int64_t steps, int64_t columns = 1) : T(steps) {
    const int64_t groups = ceil_div(T, own), warp = blockIdx.x;
    column = warp % columns, first = warp / columns % groups * own, n = warp / columns / groups;
  }
  __device__ bool has(int i) const { return first + i < T; }
  __device__ int64_t step(int i) const { return has(i) ? first + i : T - 1; }  // safe to read
};

// tanh(q + k) is 1 - 2 / (1 + e^2q e^2k), to within rounding of 1: one division a pair, the exponentials being shared.
// Beyond `safe` they could overflow to 0 times infinity; then the exponential is that of the sum.
constexpr real safe = 40;
__device__ inline bool is_safe(real x) { return fabs(x) <= safe; }
__device__ inline real tanh_of_exponential(real e) { return fma(real(-2), 1 / (1 + e), real(1)); }

}  // namespace SEISGRAD::gpu
