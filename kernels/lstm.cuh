// What kernels/lstm.cu and kernels/lstm_backward.cu share.
#pragma once
#include "kernels/lstm.h"
#include "kernels/simt.h"

namespace SEISGRAD::gpu {
namespace {

constexpr int few = 16;    // units, at most, whose recurrent weights fit the registers of as many lanes
constexpr int warps = 8;   // of a block
constexpr int lanes = 32;  // of a warp
constexpr unsigned all_lanes = 0xffffffffu;

inline __device__ real mask_at(View<const real, 3> mask, int64_t g, int64_t n, int64_t k) {
  return mask.data ? mask(g, n, k) : real(1);
}

// The s-th step to be computed is at time t; before and after it come those at `last` and `next`.
struct Step {
  int64_t t, last, next;
  __device__ Step(int64_t s, int64_t steps, LstmOptions options)
      : t(options.reverse ? steps - 1 - s : s), last(options.reverse ? t + 1 : t - 1), next(2 * t - last) {}
};

inline Grid few_units(int64_t N) {
  return {.blocks = block_counts(ceil_div(N, 4 * lanes / few)), .threads = 4 * lanes};
}
inline Grid block_each(int64_t N) { return {.blocks = block_counts(N), .threads = warps * lanes}; }

constexpr int tile = 16;                 // columns and terms of a tile; a thread owns
constexpr int tile_steps = 4;            // rows of one column of it
constexpr int rows = tile * tile_steps;  // rows of the tile

// sum[q] += over k of a[row + q tile][k] b[k][column]
inline __device__ void add_products(const real (&a)[rows][tile + 1], const real (&b)[tile][tile + 1],
                                    real (&sum)[tile_steps]) {
  for (int k = 0; k < tile; ++k)
#pragma unroll
    for (int q = 0; q < tile_steps; ++q) sum[q] = fma(a[threadIdx.y + q * tile][k], b[k][threadIdx.x], sum[q]);
}

}  // namespace
}  // namespace SEISGRAD::gpu
