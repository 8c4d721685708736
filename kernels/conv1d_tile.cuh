// The tiled convolution that conv1d.cu and conv1d_fused.cu share. A Problem says what is summed,
//
//   sums [n,o,m] = start(o) + sum over c, k of weight(o,c,k) sample(n, c, m stride + k dilation)
//
// for n < samples(), o < rows(), m < sums(), c < channels(), k < taps(), and store()s them, all lanes of a warp at
// once; the sum at m ^ 1 is in the lane ^ Neighbour. What it wants in shared memory beforehand it has prepare()d.
#pragma once
#include "kernels/simt.h"

namespace SEISGRAD::gpu {

constexpr int threads = 128, warps = threads / 32;

// Four values that a thread reads from shared memory at once.
struct alignas(16) Four {
  real v[4];
};

template <int Count>
__device__ void load(const real* shared, real (&values)[Count]) {
  if constexpr (Count % 4 == 0) {
#pragma unroll
    for (int i = 0; i < Count; i += 4) {
      const Four four = *reinterpret_cast<const Four*>(shared + i);
#pragma unroll
      for (int j = 0; j < 4; ++j) values[i + j] = four.v[j];
    }
  } else {
#pragma unroll
    for (int i = 0; i < Count; ++i) values[i] = shared[i];
  }
}

// A block owns Channels * ChannelWarps output channels at 32 * Positions * (warps / ChannelWarps) positions of one
// sample; a thread, Channels of them at Positions positions 32 apart. What the block's windows cover of x goes through
// shared memory, a few input channels at a time, since every output channel and tap reads it again. Sums take their
// terms in the order of the contract, whatever the tile.
template <int Channels, int Positions, int ChannelWarps>
struct ConvTile {
  static constexpr int channels = Channels * ChannelWarps;
  static constexpr int positions = 32 * Positions * (warps / ChannelWarps);
  // From the weights of one (c,k) to the next: a multiple of 4 that spreads a warp's writes over the banks.
  static constexpr int pitch = channels == 1 ? 1 : channels + 4;
};

template <class Problem, int Channels, int Positions, int ChannelWarps>
// 1: registers for the sums count more than a further block on the multiprocessor; asked for none, ptxas spills
__global__ void __launch_bounds__(threads, 1) conv1d_tiled(Problem p, int at_once, int row) {
  using Shape = ConvTile<Channels, Positions, ChannelWarps>;
  const int C = static_cast<int>(p.channels()), K = static_cast<int>(p.taps());
  const int stride = static_cast<int>(p.stride), dilation = static_cast<int>(p.dilation);
  const int64_t tiles = ceil_div(p.sums(), Shape::positions);
  const int64_t n = blockIdx.x / tiles, tile = blockIdx.x % tiles * Shape::positions;
  const int64_t block_channel = int64_t{blockIdx.y} * Shape::channels;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int channel = warp % ChannelWarps * Channels, position = warp / ChannelWarps * 32 * Positions + lane;
  real* const weights = dynamic_shared<real>();                // [c][k][channels of the block]
  real* const samples = weights + at_once * K * Shape::pitch;  // [c][row]
  real* const prepared = samples + at_once * row;
  if (p.values_to_prepare(Shape::channels) > 0) {
    p.prepare(block_channel, Shape::channels, prepared);
    __syncthreads();
  }

  real sum[Channels][Positions];
#pragma unroll
  for (int o = 0; o < Channels; ++o)
#pragma unroll
    for (int j = 0; j < Positions; ++j) sum[o][j] = p.start(block_channel, channel + o, prepared);

  for (int first = 0; first < C; first += at_once) {
    const int count = min(at_once, C - first);
    if (first > 0) __syncthreads();  // all have read the channels before
    for (int i = threadIdx.x; i < count * row; i += threads)
      samples[i] = p.sample(n, first + i / row, tile * stride + i % row, prepared);
    for (int i = threadIdx.x; i < Shape::channels * count * K; i += threads) {
      const int o = i / (count * K), ck = i % (count * K);
      weights[ck * Shape::pitch + o] = p.weight(block_channel, o, first + ck / K, ck % K, prepared);
    }
    __syncthreads();

    const real* w = weights + channel;
    for (int c = 0; c < count; ++c)
      for (int k = 0; k < K; ++k, w += Shape::pitch) {
        const real* x = samples + c * row + position * stride + k * dilation;
        real v[Positions], f[Channels];
#pragma unroll
        for (int j = 0; j < Positions; ++j) v[j] = x[32 * j * stride];
        load(w, f);
#pragma unroll
        for (int o = 0; o < Channels; ++o)
#pragma unroll
          for (int j = 0; j < Positions; ++j) sum[o][j] = fma(f[o], v[j], sum[o][j]);
      }
  }
#pragma unroll
  for (int j = 0; j < Positions; ++j) {
    real sums[Channels];
#pragma unroll
    for (int o = 0; o < Channels; ++o) sums[o] = sum[o][j];
    p.template store<1>(n, block_channel + channel, tile + position + 32 * j, sums);
  }
}

template <int Channels, int Positions, int ChannelWarps, class Problem>
void run_tiled(const Problem& p) {
  using Shape = ConvTile<Channels, Positions, ChannelWarps>;
  constexpr int64_t most_values = 32 * 1024 / sizeof(real);  // 32 KiB: room for four blocks on an A100 and more later
  // what the windows cover of one input channel
  const int64_t row = (Shape::positions - 1) * p.stride + (p.taps() - 1) * p.dilation + 1;
  const int64_t C = p.channels(), one_channel = row + p.taps() * Shape::pitch;
  const int64_t prepared = p.values_to_prepare(Shape::channels), room = most_values - prepared;
  if (one_channel > room) return p.run_untiled();
  const int64_t at_once = ceil_div(C, ceil_div(C, room / one_channel));  // rounds of like size
  launch(
      {.blocks = block_counts(p.samples() * ceil_div(p.sums(), Shape::positions), ceil_div(p.rows(), Shape::channels)),
       .threads = threads,
       .shared_bytes = static_cast<size_t>(at_once * one_channel + prepared) * sizeof(real)},
      conv1d_tiled<Problem, Channels, Positions, ChannelWarps>, p, static_cast<int>(at_once), static_cast<int>(row));
}

// Tiles wide in positions for few channels, in channels for many; narrower where the rows are short.
template <class Problem>
void run_tiles(const Problem& p) {
  const int64_t O = p.rows(), M = p.sums();
  if (O == 1) run_tiled<1, 4, 1>(p);
  else if (O <= 8) run_tiled<8, 4, 1>(p);
  else if (O <= 16) run_tiled<8, 4, 2>(p);
  else if (M > 192) run_tiled<8, 4, 4>(p);
  else run_tiled<8, 2, 4>(p);
}

}  // namespace SEISGRAD::gpu
