// What kernels/lstm.cu and kernels/lstm_backward.cu share: up to 16 units have kernels of their own, in which 16 lanes
// take a sequence and hold U; else a block takes eight sequences and fetches U from the L2 cache, each number for all.
#pragma once
#include "kernels/lstm.h"
#include "kernels/warp.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int few = 16;        // units, at most, that 16 lanes have
constexpr int sequences = 8;   // of a block where units are many
constexpr int many_warps = 8;  // of such a block

inline __device__ real mask_at(View<const real, 3> mask, int64_t g, int64_t n, int64_t k) {
  return mask.data ? mask(g, n, k) : real(1);
}

// The s-th step to be computed is at time t; before and after it come those at `last` and `next`.
struct Step {
  int64_t t, last, next;
  __device__ Step(int64_t s, int64_t steps, LstmOptions options)
      : t(options.reverse ? steps - 1 - s : s), last(options.reverse ? t + 1 : t - 1), next(2 * t - last) {}
};

// The directions of a call. Blocks take them in turn, so that two which read the same x run side by side.
struct Directions {
  LstmDirection<real> direction[2] = {};
  LstmGradient<real> gradient[2] = {};
  int count = 0;

  explicit Directions(std::span<const LstmDirection<real>> directions,
                      std::span<const LstmGradient<real>> gradients = {}) {
    for (const LstmDirection<real>& d : directions) direction[count++] = d;
    for (size_t i = 0; i < gradients.size(); ++i) gradient[i] = gradients[i];
  }
  __device__ int here() const { return static_cast<int>(blockIdx.x) % count; }
  __device__ int64_t block() const { return blockIdx.x / count; }  // among those of a direction
};

// What a lane of `few` has: four rows of U, those of its unit, masked for sequence n; 0 where it has no unit.
inline __device__ void load_rows(const LstmInput<real>& in, int64_t n, int64_t unit, bool mine, real (&u)[4][few]) {
  const int64_t H = in.recurrent.extent[1];
#pragma unroll
  for (int g = 0; g < 4; ++g)
#pragma unroll
    for (int k = 0; k < few; ++k)
      u[g][k] = mine && k < H ? in.recurrent(g * H + unit, k) * mask_at(in.recurrent_mask, g, n, k) : real(0);
}

}  // namespace
}  // namespace SEISGRAD::gpu
