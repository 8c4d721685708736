// How cpu::conv1d and cpu::conv1d_fused lay out their work for the inner loops of conv1d.simd.h.
#pragma once
#include "kernels/conv1d.simd.h"

namespace SEISGRAD::cpu {

// Weights w[o * by_o + c * by_c + k * by_k] and bias (or nullptr) as a piece wants them; valid until this thread's
// next.
Conv1dPiece pack_filter(int64_t C, int64_t O, int64_t K, const real* w, int64_t by_o, int64_t by_c, int64_t by_k,
                        const real* bias);

// Positions of one sample for one task: all of them in a batch of 16, else fewer, so that a single sample is shared out
// too; but at least 2^20 multiplications, some 20 us, and at most 2^17 packed values, half of the second-level cache.
// A multiple of every tile's length.
int64_t task_positions(int64_t N, int64_t M, int64_t C, int64_t O, int64_t K);

}  // namespace SEISGRAD::cpu
