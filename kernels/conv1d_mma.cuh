// The sums of conv1d_tile.cuh on tensor cores: positions by rows, summed over the pairs (c,k) eight at a time.
#pragma once
#include "kernels/conv1d_tile.cuh"
#include "kernels/mma.cuh"

namespace SEISGRAD::gpu {

// A block owns 8 * Wide * RowWarps rows at 16 * High * (warps / RowWarps) positions of one sample; a warp, High by Wide
// products of the tensor cores. A lane reads 4 High samples and 2 Wide weights from shared memory for High * Wide
// products: few rows are bound by these reads, so a warp has many positions where there are few rows.
template <int High, int Wide, int RowWarps>
struct MmaTile {
  static constexpr int rows = 8 * Wide * RowWarps, positions = 16 * High * (warps / RowWarps);
  // From the weights of one (c,k) to the next: 8 more than a multiple of 16, so that a fragment's lanes read 32 banks.
  static constexpr int pitch = rows == 8 ? 8 : rows + 8;
};

template <Precision P, class Problem, int High, int Wide, int RowWarps>
// 1: as for conv1d_tiled, or ptxas spills
__global__ void __launch_bounds__(threads, 1) conv1d_on_tensor_cores(Problem p, int at_once, int row) {
  using Shape = MmaTile<High, Wide, RowWarps>;
  const int C = static_cast<int>(p.channels()), K = static_cast<int>(p.taps());
  const int stride = static_cast<int>(p.stride), dilation = static_cast<int>(p.dilation);
  const int64_t tiles = ceil_div(p.sums(), Shape::positions);
  const int64_t n = blockIdx.x / tiles, tile = blockIdx.x % tiles * Shape::positions;
  const int64_t block_row = int64_t{blockIdx.y} * Shape::rows;
  const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
  const int warp_row = warp % RowWarps * 8 * Wide, position = warp / RowWarps * 16 * High;
  const int most = static_cast<int>(round_up(at_once * K, 8));
  real* const weights = dynamic_shared<real>();         // [c,k][rows of the block], zeros up to a multiple of 8 (c,k)
  real* const samples = weights + most * Shape::pitch;  // [c][row]
  real* const prepared = samples + at_once * row;
  int* const offset = reinterpret_cast<int*>(prepared + p.values_to_prepare(Shape::rows));  // of (c,k) in samples
  for (int i = threadIdx.x; i < at_once * K; i += threads) offset[i] = i / K * row + i % K * dilation;
  if (p.values_to_prepare(Shape::rows) > 0) {
    p.prepare(block_row, Shape::rows, prepared);
    __syncthreads();
  }

  float sum[High][Wide][4] = {};
  for (int first = 0; first < C; first += at_once) {
    const int count = min(at_once, C - first), depth = count * K, padded = (depth + 7) / 8 * 8;
    if (first > 0) __syncthreads();  // all have read the channels before
    for (int i = threadIdx.x; i < count * row; i += threads)
      samples[i] = p.sample(n, first + i / row, tile * stride + i % row, prepared);
    for (int i = threadIdx.x; i < Shape::rows * padded; i += threads) {
      const int o = i / padded, ck = i % padded;
      weights[ck * Shape::pitch + o] = ck < depth ? p.weight(block_row, o, first + ck / K, ck % K, prepared) : real(0);
    }
    __syncthreads();

    const real* const x = samples + (position + g) * stride;
    const real* const w = weights + warp_row + g;
#pragma unroll 1
    for (int k = t; k < padded; k += 8) {
      MmaFragment<P, 2> fw[Wide];
#pragma unroll
      for (int j = 0; j < Wide; ++j)
#pragma unroll
        for (int q = 0; q < 2; ++q) fw[j].set(q, static_cast<float>(w[(k + 4 * q) * Shape::pitch + 8 * j]));
      const bool inside[2] = {k < depth, k + 4 < depth};
      const int from[2] = {inside[0] ? offset[k] : 0, inside[1] ? offset[k + 4] : 0};
#pragma unroll
      for (int i = 0; i < High; ++i) {
        MmaFragment<P, 4> fx;
#pragma unroll
        for (int q = 0; q < 4; ++q)
          fx.set(q, inside[q / 2] ? static_cast<float>(x[(16 * i + q % 2 * 8) * stride + from[q / 2]]) : 0.0f);
#pragma unroll
        for (int j = 0; j < Wide; ++j) mma<P>(sum[i][j], fx, fw[j]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < High; ++i)
#pragma unroll
    for (int j = 0; j < Wide; ++j)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int in_block = warp_row + 8 * j + 2 * t;
        const real sums[2] = {p.start(block_row, in_block, prepared) + real(sum[i][j][2 * half]),
                              p.start(block_row, in_block + 1, prepared) + real(sum[i][j][2 * half + 1])};
        p.template store<4>(n, block_row + in_block, tile + position + 16 * i + 8 * half + g, sums);
      }
}

// Whether it ran: a window may be too long for shared memory.
template <Precision P, int High, int Wide, int RowWarps, class Problem>
bool run_mma(const Problem& p) {
  using Shape = MmaTile<High, Wide, RowWarps>;
  constexpr int64_t most_values = 32 * 1024 / sizeof(real);
  const int64_t K = p.taps(), C = p.channels(), row = (Shape::positions - 1) * p.stride + (K - 1) * p.dilation + 1;
  const int64_t one_channel = row + K * (Shape::pitch + 1);  // an offset takes no more than a value
  const int64_t always = p.values_to_prepare(Shape::rows) + 8 * Shape::pitch, room = most_values - always;
  if (one_channel > room) return false;
  const int64_t at_once = ceil_div(C, ceil_div(C, room / one_channel));
  launch({.blocks = block_counts(p.samples() * ceil_div(p.sums(), Shape::positions), ceil_div(p.rows(), Shape::rows)),
          .threads = threads,
          .shared_bytes = static_cast<size_t>(at_once * one_channel + always) * sizeof(real)},
         conv1d_on_tensor_cores<P, Problem, High, Wide, RowWarps>, p, static_cast<int>(at_once), static_cast<int>(row));
  return true;
}

template <Precision P, class Problem>
bool run_mma_tiles(const Problem& p) {
  const int64_t O = p.rows();
  if (O <= 8) return run_mma<P, 4, 1, 1>(p);
  if (O <= 16) return run_mma<P, 4, 2, 1>(p);
  if (O <= 32) return run_mma<P, 4, 4, 1>(p);
  return run_mma<P, 2, 4, 2>(p);
}

// The sums in the precision asked for. Strict is more exact and takes over where tensor cores do not pay: their
// products have eight columns, of which a single row would use one.
template <class Problem>
void run_sums(const Problem& p, Precision precision) {
  if constexpr (std::is_same_v<real, float>) {
    if (precision == Precision::tf32 && p.rows() > 1 && run_mma_tiles<Precision::tf32>(p)) return;
    if (precision == Precision::tf32x3 && p.rows() > 1 && run_mma_tiles<Precision::tf32x3>(p)) return;
  }
  run_tiles(p);
}

}  // namespace SEISGRAD::gpu
