#include "kernels/conv1d_fused.h"

#include "kernels/conv1d_fused_taps.h"
#include "kernels/conv1d_mma.cuh"

namespace SEISGRAD::gpu {
namespace {

__device__ double norm_scale(const ChannelNorm<real>& norm, int64_t c) {
  return norm.gamma(c) / sqrt(double(norm.var(c)) + double(norm.epsilon));
}

__device__ real activated(Activation activation, real v) {
  if (activation == Activation::relu) return v < 0 ? real(0) : v;
  if (activation != Activation::sigmoid) return v;
  const real e = exp(v < 0 ? v : -v);  // never overflows
  return (v < 0 ? e : 1) / (1 + e);
}

// The larger; of equals the first, and a NaN where there is one (kernels/max_pool1d.h).
__device__ real larger(real a, real b) { return b <= a || a != a ? a : b; }

// Sums of kernels/conv1d_fused_taps.h as a Problem of conv1d_tile.cuh. Prepared are the scales of `before`, and of
// `after` the scale and the bias for each of the block's rows: a division and a root in double for each, once.
struct Fused {
  View<const real, 3> x, w;
  View<const real, 1> bias;
  AroundConv1d<real> around;
  Conv1dTaps of;
  View<real, 3> y;
  static constexpr int64_t stride = 1, dilation = 1;

  HOST_DEVICE int64_t samples() const { return y.extent[0]; }
  HOST_DEVICE int64_t rows() const { return of.folded ? 2 * y.extent[1] : y.extent[1]; }
  HOST_DEVICE int64_t sums() const { return of.sums; }
  HOST_DEVICE int64_t channels() const { return x.extent[1]; }
  HOST_DEVICE int64_t taps() const { return of.taps; }
  HOST_DEVICE int64_t outputs() const { return around.output_length(x.extent[2], w.extent[2]); }
  HOST_DEVICE int64_t channel_of(int64_t row) const { return of.folded ? row / 2 : row; }
  void run_untiled() const;

  HOST_DEVICE int64_t scales() const { return around.before.gamma.data ? channels() : 0; }
  HOST_DEVICE int64_t values_to_prepare(int64_t block_rows) const {
    return scales() + (around.after.gamma.data ? 2 * block_rows : 0);
  }
  __device__ void prepare(int64_t block, int block_rows, real* prepared) const {
    for (int64_t c = threadIdx.x; c < scales(); c += threads)
      prepared[c] = static_cast<real>(norm_scale(around.before, c));
    real* const after = prepared + scales();
    if (around.after.gamma.data)
      for (int i = threadIdx.x; i < block_rows; i += threads) {
        const bool inside = block + i < rows();
        const int64_t o = channel_of(block + i);
        after[2 * i] = inside ? static_cast<real>(norm_scale(around.after, o)) : real(0);
        after[2 * i + 1] = inside ? normed_bias(o) : real(0);
      }
  }
  __device__ real normed_bias(int64_t o) const {
    const real b = bias.data ? bias(o) : real(0);
    const ChannelNorm<real>& after = around.after;
    return after.gamma.data
               ? static_cast<real>((double(b) - after.mean(o)) * norm_scale(after, o) + double(after.beta(o)))
               : b;
  }

  __device__ real sample(int64_t n, int64_t c, int64_t j, const real* prepared) const {
    return scaled_sample(n, c, j, around.before.gamma.data ? prepared[c] : real(1));
  }
  __device__ real scaled_sample(int64_t n, int64_t c, int64_t j, real scale) const {
    if (j < of.begin || j >= of.end) return 0;
    const int64_t at = j + of.shift;
    const real v = x(n, c, of.repeat == 1 ? at : at / of.repeat);
    if (!around.before.gamma.data) return v;
    return activated(Activation::relu, fma(v - around.before.mean(c), scale, around.before.beta(c)));
  }
  __device__ real weight(int64_t block, int in_block, int64_t c, int64_t t, const real* prepared) const {
    const int64_t row = block + in_block, o = channel_of(row);
    if (row >= rows()) return 0;
    const int64_t first = of.first_tap(row, t), last = of.last_tap(row, t, w.extent[2]);
    const real sum = first + 1 < last ? w(o, c, first) + w(o, c, first + 1) : w(o, c, first);
    return around.after.gamma.data ? sum * prepared[scales() + 2 * in_block] : sum;
  }
  __device__ real start(int64_t block, int in_block, const real* prepared) const {
    if (block + in_block >= rows()) return 0;
    return around.after.gamma.data ? prepared[scales() + 2 * in_block + 1] : normed_bias(channel_of(block + in_block));
  }

  // The output of a sum; 0 for those that are none.
  __device__ real finished(int64_t n, int64_t o, int64_t m, real sum) const {
    if (m >= outputs() || o >= y.extent[1]) return 0;
    return activated(around.activation, around.residual.data ? sum + around.residual(n, o, m) : sum);
  }
  __device__ void put(int64_t n, int64_t o, int64_t m, real sum) const {
    if (m >= 0 && m < outputs() && o < y.extent[1]) y(n, o, m) = finished(n, o, m, sum);
  }
  template <int Neighbour>
  __device__ void put_larger(int64_t n, int64_t o, int64_t m, real sum) const {
    const real mine = finished(n, o, m, sum), next = __shfl_xor_sync(~0u, mine, Neighbour);
    if (m % 2 == 0 && m / 2 < y.extent[2] && o < y.extent[1])
      y(n, o, m / 2) = m + 1 < outputs() ? larger(mine, next) : mine;
  }
  template <int Neighbour, int Count>
  __device__ void store(int64_t n, int64_t first, int64_t i, const real (&sums)[Count]) const {
#pragma unroll
    for (int v = 0; v < Count; ++v) {
      if (around.pool) put_larger<Neighbour>(n, first + v, i, sums[v]);
      else if (of.folded) put(n, (first + v) / 2, 2 * i - of.lead + v % 2, sums[v]);
      else put(n, first + v, i, sums[v]);
    }
  }
};

// One thread per output of the direct sums, from global memory: of each row of y the first `left` and the last `right`.
// For rows of few outputs, and for windows too long for shared memory.
__global__ void conv1d_fused_direct(Fused p, int64_t left, int64_t right) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x, O = p.y.extent[1], count = left + right;
  if (i >= p.samples() * O * count) return;
  const int64_t n = i / count / O, o = i / count % O, e = i % count;
  const int64_t at = e < left ? e : p.y.extent[2] - count + e;
  const real after = p.around.after.gamma.data ? static_cast<real>(norm_scale(p.around.after, o)) : real(1);
  const auto value = [&](int64_t m) {
    real sum = p.normed_bias(o);
    for (int64_t c = 0; c < p.channels(); ++c) {
      const real before = p.around.before.gamma.data ? static_cast<real>(norm_scale(p.around.before, c)) : real(1);
      for (int64_t k = 0; k < p.taps(); ++k) sum = fma(p.w(o, c, k) * after, p.scaled_sample(n, c, m + k, before), sum);
    }
    return p.finished(n, o, m, sum);
  };
  if (!p.around.pool) p.y(n, o, at) = value(at);
  else p.y(n, o, at) = 2 * at + 1 < p.outputs() ? larger(value(2 * at), value(2 * at + 1)) : value(2 * at);
}

void run_direct(Fused p, int64_t left, int64_t right) {
  p.of = direct_taps(p.around, p.x.extent[2], p.w.extent[2]);
  launch(one_thread_each(p.samples() * p.y.extent[1] * (left + right)), conv1d_fused_direct, p, left, right);
}

void Fused::run_untiled() const { run_direct(*this, y.extent[2], 0); }

}  // namespace

void conv1d_fused(View<const real, 3> x, View<const real, 3> w, View<const real, 1> bias,
                  const AroundConv1d<real>& around, View<real, 3> y) {
  const int64_t L = x.extent[2], K = w.extent[2];
  const Conv1dTaps taps = around.folds(K) ? folded_taps(around, L, K) : direct_taps(around, L, K);
  const Fused p{x, w, bias, around, taps, y};
  run_sums(p, around.precision);
  const int64_t left = taps.spoilt_left, right = taps.spoilt_right, M = y.extent[2];
  if (left + right > 0) run_direct(p, left, right < M - left ? right : M - left);
}

}  // namespace SEISGRAD::gpu
