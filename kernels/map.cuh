// map<f>(y, arguments...): y[i] = f(i, arguments...) for each value of y, f a __device__ function. Shapes are f's
// affair.
#pragma once
#include "kernels/simt.h"
#include "kernels/view.h"

namespace SEISGRAD::gpu {

constexpr int map_threads = 256, map_each = 4;

// A thread owns four values, a block's width apart, and computes all before it stores the first: so four loads are
// under way at once. Not a float4 each: a view may start anywhere.
template <auto f, class... Arguments>
__global__ void map_kernel(View<real, 1> y, Arguments... arguments) {
  const int64_t n = y.extent[0], first = int64_t{blockIdx.x} * (map_threads * map_each) + threadIdx.x;
  real value[map_each];
#pragma unroll
  for (int k = 0; k < map_each; ++k)
    if (first + k * map_threads < n) value[k] = f(first + k * map_threads, arguments...);
#pragma unroll
  for (int k = 0; k < map_each; ++k)
    if (first + k * map_threads < n) y(first + k * map_threads) = value[k];
}

inline Grid map_grid(int64_t n) {
  return {.blocks = block_counts(ceil_div(n, map_threads * map_each)), .threads = map_threads};
}

template <auto f, int Rank, class... Arguments>
void map(View<real, Rank> y, Arguments... arguments) {
  launch(map_grid(y.size()), map_kernel<f, Arguments...>, {y.data, {y.size()}}, arguments...);
}

}  // namespace SEISGRAD::gpu
