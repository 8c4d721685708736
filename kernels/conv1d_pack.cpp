#include "kernels/conv1d_pack.h"

#include <algorithm>

#include "kernels/round_up.h"
#include "kernels/scratch.h"

namespace SEISGRAD::cpu {

Conv1dPiece pack_filter(int64_t C, int64_t O, int64_t K, const real* w, int64_t by_o, int64_t by_c, int64_t by_k,
                        const real* bias) {
  thread_local Scratch memory;
  const int64_t tile = SIMD_BEST(conv1d_tile)(O).channels, outs = round_up(O, tile);
  real* const packed = memory.get(outs * (C * K + 1));
  real* const packed_bias = packed + outs * C * K;
  if (outs > O) std::fill_n(packed + (outs - tile) * C * K, tile * C * K, real(0));
  for (int64_t o = 0; o < O; ++o) {
    real* to = packed + o / tile * tile * C * K + o % tile;
    for (int64_t c = 0; c < C; ++c) {
      const real* from = w + o * by_o + c * by_c;
      for (int64_t k = 0; k < K; ++k, from += by_k, to += tile) *to = *from;
    }
  }
  for (int64_t o = 0; o < outs; ++o) packed_bias[o] = bias && o < O ? bias[o] : real(0);
  return {.C = C, .O = O, .K = K, .w = packed, .bias = packed_bias};
}

int64_t task_positions(int64_t N, int64_t M, int64_t C, int64_t O, int64_t K) {
  constexpr int64_t unit = 384, enough_tasks = 16;
  const int64_t by_share = ceil_div(N * M, unit * enough_tasks);
  const int64_t by_work = ceil_div(int64_t{1} << 20, unit * O * C * K);
  const int64_t by_space = (int64_t{1} << 17) / (unit * C);
  return unit * std::max<int64_t>(1, std::min(std::max(by_share, by_work), by_space));
}

}  // namespace SEISGRAD::cpu
