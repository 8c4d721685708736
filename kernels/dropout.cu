#include "kernels/dropout.h"

#include "kernels/warp.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int warps = 8, each = 4;

// A warp owns 128 neighbouring values, a lane four of them, 32 apart. They lie in at most 128 rows, whose 32 blocks of
// random words the lanes draw one each; a shuffle hands a value the fate of its row. So 4 values cost one block, and
// neighbouring lanes read neighbouring values.
__global__ void dropout_kernel(View<const real, 1> x, int64_t L, Dropout how, real scale, View<real, 1> y) {
  const int64_t n = x.extent[0], lane = threadIdx.x;
  const int64_t first = (int64_t{blockIdx.x} * warps + threadIdx.y) * (lanes * each);
  const int64_t block = first / L / 4;
  const PhiloxBlock random = random_words(how.key_now(), static_cast<uint64_t>(block + lane));
  unsigned kept = 0;
  for (int word = 0; word < 4; ++word) kept |= unsigned{random.word[word] >= how.threshold()} << word;

  real value[each];
#pragma unroll
  for (int k = 0; k < each; ++k) {
    const int64_t i = first + k * lanes + lane, row = i / L;
    const unsigned keeps = __shfl_sync(all_lanes, kept, static_cast<int>(row / 4 - block)) >> row % 4 & 1;
    if (i < n) value[k] = x(i) * (keeps ? scale : real(0));
  }
#pragma unroll
  for (int k = 0; k < each; ++k) {
    const int64_t i = first + k * lanes + lane;
    if (i < n) y(i) = value[k];
  }
}

}  // namespace

void dropout(View<const real, 2> x, Dropout how, View<real, 2> y) {
  const int64_t n = x.size();
  launch({.blocks = block_counts(ceil_div(n, lanes * each * warps)), .threads = {lanes, warps}}, dropout_kernel,
         {x.data, {n}}, x.extent[1], how, static_cast<real>(1 / (1 - how.p)), {y.data, {n}});
}

}  // namespace SEISGRAD::gpu
