#include "kernels/concat.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

// A thread moves four values of the part, a block's width apart; as in map, all are loaded before the first is stored.
__global__ void concat_part_kernel(View<const real, 2> part, int64_t first, View<real, 2> whole) {
  const int64_t n = part.size(), P = part.extent[1];
  const int64_t start = int64_t{blockIdx.x} * (map_threads * map_each) + threadIdx.x;
  real value[map_each];
#pragma unroll
  for (int k = 0; k < map_each; ++k) {
    const int64_t i = start + k * map_threads;
    if (i < n) value[k] = part.data[i];
  }
#pragma unroll
  for (int k = 0; k < map_each; ++k) {
    const int64_t i = start + k * map_threads;
    if (i < n) whole(i / P, first + i % P) = value[k];
  }
}

}  // namespace

void concat_part(View<const real, 2> part, int64_t first, View<real, 2> whole) {
  launch(map_grid(part.size()), concat_part_kernel, part, first, whole);
}

}  // namespace SEISGRAD::gpu
