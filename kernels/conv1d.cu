#include "kernels/conv1d.h"

#include "kernels/conv1d_mma.cuh"
#include "kernels/workspace.cuh"

namespace SEISGRAD::gpu {
namespace {

// One convolution y[n,o,m] = bias[o] + sum over c, k of w X[n, c, m stride + k dilation], X[j] = x[(j - left) / spread]
// or 0 where that is no sample: the forward pass, and with channels swapped, taps reversed and dy spread out by the
// stride, the gradient of the data.
struct Problem {
  View<const real, 3> x, w;
  bool swapped;  // w(c, o, K-1-k) in place of w(o, c, k)
  View<const real, 1> bias;
  View<real, 3> y;
  int64_t stride, dilation, left, spread;

  HOST_DEVICE int64_t samples() const { return y.extent[0]; }
  HOST_DEVICE int64_t rows() const { return y.extent[1]; }
  HOST_DEVICE int64_t sums() const { return y.extent[2]; }
  HOST_DEVICE int64_t channels() const { return x.extent[1]; }
  HOST_DEVICE int64_t taps() const { return w.extent[2]; }
  HOST_DEVICE static constexpr int64_t values_to_prepare(int64_t) { return 0; }
  __device__ static void prepare(int64_t, int, real*) {}
  void run_untiled() const;

  __device__ real sample(int64_t n, int64_t c, int64_t j, const real* = nullptr) const {
    const int64_t at = j - left, l = spread == 1 ? at : at / spread;
    return at >= 0 && l < x.extent[2] && (spread == 1 || at % spread == 0) ? x(n, c, l) : real(0);
  }
  __device__ real weight(int64_t block, int in_block, int64_t c, int64_t k, const real* = nullptr) const {
    const int64_t o = block + in_block;
    if (o >= rows()) return 0;
    return swapped ? w(c, o, w.extent[2] - 1 - k) : w(o, c, k);
  }
  __device__ real start(int64_t block, int in_block, const real* = nullptr) const {
    return bias.data && block + in_block < rows() ? bias(block + in_block) : real(0);
  }
  template <int Neighbour, int Count>
  __device__ void store(int64_t n, int64_t first, int64_t m, const real (&values)[Count]) const {
    if (m >= sums()) return;
#pragma unroll
    for (int o = 0; o < Count; ++o)
      if (first + o < rows()) y(n, first + o, m) = values[o];
  }
};

// One thread per output, from global memory: for windows too long for shared memory.
__global__ void conv1d_plain(Problem p) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= p.y.size()) return;
  const int64_t O = p.y.extent[1], M = p.y.extent[2], n = i / M / O, o = i / M % O, m = i % M;
  real sum = p.start(o, 0);
  for (int64_t c = 0; c < p.x.extent[1]; ++c)
    for (int64_t k = 0; k < p.w.extent[2]; ++k)
      sum = fma(p.weight(o, 0, c, k), p.sample(n, c, m * p.stride + k * p.dilation), sum);
  p.y.data[i] = sum;
}

void Problem::run_untiled() const { launch(one_thread_each(y.size()), conv1d_plain, *this); }

constexpr int stage = 256 / sizeof(real);  // positions of dy and x in shared memory at once

// A block owns 4 * OutGroups output channels by 4 * (32 / OutGroups) columns (c,k) of dw, for one piece of the batch:
// `tiles` runs of `stage` positions from blockIdx.z * tiles on. Its warps share the positions out; strict, a thread
// owns 4 channels by 4 columns of its warp's sum, on tensor cores a warp takes 8 positions at a time. At the end the
// warps' sums are added in order and stored as the piece's.
template <int OutGroups, Precision P>
__global__ void __launch_bounds__(threads)
    conv1d_weight_pieces(View<const real, 3> dy, View<const real, 3> x, Convolution1d conv, int K, int64_t tiles,
                         View<real, 3> partial) {
  constexpr int outs = 4 * OutGroups, columns = 4 * (32 / OutGroups);
  constexpr int more = P == Precision::strict ? 1 : 2;  // spreads a warp's writes, a fragment's reads over the banks
  SIMT_SHARED(dys, Four[stage][OutGroups + more]);
  SIMT_SHARED(xs, Four[stage][32 / OutGroups + more]);
  const int64_t N = dy.extent[0], O = dy.extent[1], M = dy.extent[2], L = x.extent[2];
  const int CK = static_cast<int>(partial.extent[2]);
  const int64_t per_sample = ceil_div(M, stage), all = N * per_sample;
  const int64_t first_out = int64_t{blockIdx.x} * outs;
  const int first_column = static_cast<int>(blockIdx.y) * columns;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int out = lane % OutGroups * 4, column = lane / OutGroups * 4;
  const int g = lane / 4, quarter = lane % 4;  // of a fragment
  const int64_t begin = blockIdx.z * tiles, end = begin + tiles < all ? begin + tiles : all;

  std::conditional_t<P == Precision::strict, real, float> sum[4][4] = {};
  for (int64_t t = begin; t < end; ++t) {
    const int64_t n = t / per_sample, start = t % per_sample * stage;
    const int count = static_cast<int>(M - start < stage ? M - start : stage);
    if (t > begin) __syncthreads();  // all have read the tile before
    for (int i = threadIdx.x; i < outs * stage; i += threads) {
      const int o = i / stage, m = i % stage;
      dys[m][o / 4].v[o % 4] = m < count && first_out + o < O ? dy(n, first_out + o, start + m) : real(0);
    }
    for (int i = threadIdx.x; i < columns * stage; i += threads) {
      const int j = i / stage, m = i % stage, ck = first_column + j;
      const int64_t l = (start + m) * conv.stride + ck % K * conv.dilation - conv.left;
      xs[m][j / 4].v[j % 4] = m < count && ck < CK && l >= 0 && l < L ? x(n, ck / K, l) : real(0);
    }
    __syncthreads();
    if constexpr (P == Precision::strict) {
#pragma unroll 2  // of more, double spills
      for (int m = warp; m < count; m += warps) {
        const Four d = dys[m][out / 4], v = xs[m][column / 4];
#pragma unroll
        for (int a = 0; a < 4; ++a)
#pragma unroll
          for (int b = 0; b < 4; ++b) sum[a][b] = fma(d.v[a], v.v[b], sum[a][b]);
      }
    } else {
      for (int m = warp * 8 + quarter; m < count + quarter; m += warps * 8) {
        MmaFragment<P, 4> d;
#pragma unroll
        for (int q = 0; q < 4; ++q) d.set(q, static_cast<float>(dys[m + q / 2 * 4][(g + q % 2 * 8) / 4].v[g % 4]));
#pragma unroll
        for (int j = 0; j < columns / 8; ++j) {
          MmaFragment<P, 2> v;
#pragma unroll
          for (int q = 0; q < 2; ++q) v.set(q, static_cast<float>(xs[m + 4 * q][(8 * j + g) / 4].v[g % 4]));
          mma<P>(sum[j], d, v);
        }
      }
    }
  }

  SIMT_SHARED(sums, real[warps][outs][columns]);
#pragma unroll
  for (int a = 0; a < 4; ++a)
#pragma unroll
    for (int b = 0; b < 4; ++b)
      if constexpr (P == Precision::strict) sums[warp][out + a][column + b] = sum[a][b];
      else sums[warp][g + b / 2 * 8][8 * a + 2 * quarter + b % 2] = sum[a][b];
  __syncthreads();
  for (int i = threadIdx.x; i < outs * columns; i += threads) {
    const int o = i / columns, j = i % columns;
    real total = 0;
    for (int each = 0; each < warps; ++each) total += sums[each][o][j];
    if (first_out + o < O && first_column + j < CK) partial(blockIdx.z, first_out + o, first_column + j) = total;
  }
}

// One thread per weight adds its pieces in order.
__global__ void conv1d_weight_sum(View<const real, 3> partial, View<real, 3> dw) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x, size = dw.size();
  if (i >= size) return;
  real total = 0;
  for (int64_t piece = 0; piece < partial.extent[0]; ++piece) total += partial.data[piece * size + i];
  dw.data[i] = total;
}

template <int OutGroups, Precision P = Precision::strict>
void run_weight(View<const real, 3> dy, View<const real, 3> x, Convolution1d conv, View<real, 3> dw) {
  constexpr int64_t enough_blocks = 1024;  // a few for each of some 100 multiprocessors
  constexpr int64_t least_tiles = 2;       // or adding up the warps takes as long as summing
  const int64_t O = dw.extent[0], K = dw.extent[2], CK = dw.extent[1] * K;
  const int64_t tiles = dy.extent[0] * ceil_div(dy.extent[2], stage);
  const int64_t by_out = ceil_div(O, 4 * OutGroups), by_column = ceil_div(CK, 4 * (32 / OutGroups));
  const int64_t by_blocks = ceil_div(tiles, ceil_div(enough_blocks, by_out * by_column));
  const int64_t in_piece = by_blocks > least_tiles ? by_blocks : least_tiles, pieces = ceil_div(tiles, in_piece);
  const Workspace<real, 3> partial({pieces, O, CK});
  launch({.blocks = block_counts(by_out, by_column, pieces), .threads = threads}, conv1d_weight_pieces<OutGroups, P>,
         dy, x, conv, static_cast<int>(K), in_piece, partial);
  launch(one_thread_each(dw.size()), conv1d_weight_sum, partial, dw);
}

constexpr int sum_threads = 512;

// A block owns the sum of one channel. A thread adds every 512th value, a warp its threads' as a tree, the first warp
// the warps': always in this order.
__global__ void conv1d_bias_sum(View<const real, 3> dy, View<real, 1> db) {
  SIMT_SHARED(of_warp, real[sum_threads / 32]);
  const int64_t o = blockIdx.x, N = dy.extent[0], M = dy.extent[2];
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  real sum = 0;
  for (int64_t i = threadIdx.x; i < N * M; i += sum_threads) sum += dy(i / M, o, i % M);
  for (int half = 16; half > 0; half /= 2) sum += __shfl_down_sync(~0u, sum, half);
  if (lane == 0) of_warp[warp] = sum;
  __syncthreads();
  if (warp > 0) return;
  sum = lane < sum_threads / 32 ? of_warp[lane] : real(0);
  for (int half = 16; half > 0; half /= 2) sum += __shfl_down_sync(~0u, sum, half);
  if (lane == 0) db(o) = sum;
}

}  // namespace

void conv1d(View<const real, 3> x, View<const real, 3> w, View<const real, 1> bias, Convolution1d conv,
            View<real, 3> y) {
  run_sums(Problem{x, w, false, bias, y, conv.stride, conv.dilation, conv.left, 1}, conv.precision);
}

void conv1d_backward_data(View<const real, 3> dy, View<const real, 3> w, Convolution1d conv, View<real, 3> dx) {
  run_sums(
      Problem{dy, w, true, {nullptr, {0}}, dx, 1, conv.dilation, conv.span(w.extent[2]) - 1 - conv.left, conv.stride},
      conv.precision);
}

void conv1d_backward_weight(View<const real, 3> dy, View<const real, 3> x, Convolution1d conv, View<real, 3> dw) {
  const Precision precision = std::is_same_v<real, float> ? conv.precision : Precision::strict;
  if (precision == Precision::tf32) run_weight<4, Precision::tf32>(dy, x, conv, dw);
  else if (precision == Precision::tf32x3) run_weight<4, Precision::tf32x3>(dy, x, conv, dw);
  else if (dw.extent[0] <= 8) run_weight<2>(dy, x, conv, dw);
  else run_weight<4>(dy, x, conv, dw);
}

void conv1d_backward_bias(View<const real, 3> dy, View<real, 1> db) {
  launch({.blocks = block_counts(db.extent[0]), .threads = sum_threads}, conv1d_bias_sum, dy, db);
}

}  // namespace SEISGRAD::gpu
