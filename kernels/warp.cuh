// Sums over the lanes of a warp, by shuffles: no shared memory, no barrier, one order of summation.
#pragma once
#include "kernels/real.h"
#include "kernels/simt.h"

namespace SEISGRAD::gpu {

constexpr int lanes = 32;
constexpr unsigned all_lanes = ~0u;

// The sum over the lanes, the same bits in all of them: at each distance both partners add the same two numbers.
__device__ inline real sum_over_lanes(real v) {
  for (int distance = lanes / 2; distance > 0; distance /= 2) v += __shfl_xor_sync(all_lanes, v, distance);
  return v;
}

// Of 2 `distance` numbers a lane keeps the half that its side is to have, and gives away the other; and so on, down to
// one.
template <int distance, int n>
__device__ void fold_over_lanes(real (&v)[n]) {
  const bool upper = threadIdx.x & distance;
#pragma unroll
  for (int i = 0; i < distance; ++i) {
    const real kept = upper ? v[i + distance] : v[i], given = upper ? v[i] : v[i + distance];
    v[i] = kept + __shfl_xor_sync(all_lanes, given, distance);
  }
  if constexpr (distance > 1) fold_over_lanes<distance / 2>(v);
}
// n sums over n lanes, 16 or all 32: lane i gets the sum of their v[i], by n - 1 shuffles and not n for each sum. v is
// overwritten.
template <int n>
__device__ real sum_each_over_lanes(real (&v)[n]) {
  fold_over_lanes<n / 2>(v);
  return v[0];
}

}  // namespace SEISGRAD::gpu
