#include "kernels/loss.h"

#include "kernels/block_sum.cuh"

namespace SEISGRAD::gpu {
namespace {

// The mean's terms and the gradients' slopes, one an element, each in double.
struct Bce {
  View<const real, 1> v, target;

  __device__ double term(int64_t i) const {
    const double p = v(i), t = target(i), q = p < bce_clip ? bce_clip : p > 1 - bce_clip ? 1 - bce_clip : p;
    // most labels are exactly 0 or 1, and need one logarithm
    return -((t == 0 ? 0 : t * log(q)) + (t == 1 ? 0 : (1 - t) * log(1 - q)));
  }
  __device__ double slope(int64_t i) const {
    const double p = v(i), t = target(i);
    return p < bce_clip || p > 1 - bce_clip ? 0 : (p - t) / (p * (1 - p));
  }
};

struct BceWithLogits {
  View<const real, 1> v, target;

  __device__ double term(int64_t i) const {
    const double z = v(i), t = target(i);
    return (z < 0 ? 0 : z) - z * t + log1p(exp(-fabs(z)));
  }
  __device__ double slope(int64_t i) const { return 1 / (1 + exp(-double(v(i)))) - target(i); }
};

// A row of logits: the largest, and the logarithm of the sum of e^(z - largest).
struct LogSumExp {
  double largest, log_sum;

  __device__ LogSumExp(View<const real, 2> z, int64_t n) : largest(z(n, 0)) {
    double sum = 0;
    for (int64_t k = 1; k < z.extent[1]; ++k) largest = largest < z(n, k) ? double(z(n, k)) : largest;
    for (int64_t k = 0; k < z.extent[1]; ++k) sum += exp(z(n, k) - largest);
    log_sum = log(sum);
  }
};

// One thread a row: classes are few, four in PhaseClassifier.
struct CrossEntropyRows {
  View<const real, 2> logits;
  View<const int32_t, 1> label;

  __device__ bool valid(int64_t n) const { return 0 <= label(n) && label(n) < logits.extent[1]; }
  __device__ double term(int64_t n) const {
    const LogSumExp row(logits, n);
    return valid(n) ? row.log_sum - (logits(n, label(n)) - row.largest) : double(NAN);
  }
};

// Parts that blocks have summed.
struct Summed {
  View<const double, 2> parts;

  __device__ double term(int64_t i) const { return parts(0, i); }
};

// A block owns `share` elements, a thread every 256th of them. result[block] = sum of terms / divisor
template <class Terms, class Result>
__global__ void sum_kernel(Terms of, int64_t n, int64_t share, double divisor, Result* result) {
  SIMT_SHARED(sums, double[warps]);
  const int64_t begin = blockIdx.x * share, end = begin + share < n ? begin + share : n;
  double sum = 0;
  for (int64_t i = begin + threadIdx.x; i < end; i += block) sum += of.term(i);
  sum = over_block(sum, sums);
  if (threadIdx.x == 0) result[blockIdx.x] = static_cast<Result>(sum / divisor);
}

// One launch for a few elements, two for many.
template <class Terms>
void mean_of(Terms of, int64_t n, View<real, 1> loss) {
  constexpr int64_t share = 8 * block;
  const int64_t blocks = ceil_div(n, share);
  const double divisor = static_cast<double>(n);
  if (blocks == 1)
    return launch({.blocks = 1, .threads = block}, sum_kernel<Terms, real>, of, n, share, divisor, loss.data);
  const Parts parts({1, blocks});
  launch({.blocks = block_counts(blocks), .threads = block}, sum_kernel<Terms, double>, of, n, share, 1.0,
         parts.view().data);
  launch({.blocks = 1, .threads = block}, sum_kernel<Summed, real>, Summed{parts}, blocks, blocks, divisor, loss.data);
}

// One thread an element.
template <class Slopes>
__global__ void slopes_kernel(View<const real, 1> dloss, Slopes of, View<real, 1> dv) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < dv.size()) dv(i) = static_cast<real>(dloss(0) / static_cast<double>(dv.size()) * of.slope(i));
}

__global__ void cross_entropy_backward_kernel(View<const real, 1> dloss, CrossEntropyRows of, View<real, 2> dlogits) {
  const int64_t n = int64_t{blockIdx.x} * blockDim.x + threadIdx.x, K = dlogits.extent[1];
  if (n >= dlogits.extent[0]) return;
  const double d = of.valid(n) ? dloss(0) / static_cast<double>(dlogits.extent[0]) : double(NAN);
  const LogSumExp row(of.logits, n);
  for (int64_t k = 0; k < K; ++k)
    dlogits(n, k) =
        static_cast<real>(d * (exp(of.logits(n, k) - row.largest - row.log_sum) - (k == of.label(n) ? 1 : 0)));
}

}  // namespace

void bce(View<const real, 1> v, View<const real, 1> target, View<real, 1> loss) {
  mean_of(Bce{v, target}, v.size(), loss);
}
void bce_with_logits(View<const real, 1> v, View<const real, 1> target, View<real, 1> loss) {
  mean_of(BceWithLogits{v, target}, v.size(), loss);
}
void cross_entropy(View<const real, 2> logits, View<const int32_t, 1> label, View<real, 1> loss) {
  mean_of(CrossEntropyRows{logits, label}, logits.extent[0], loss);
}

void bce_backward(View<const real, 1> dloss, View<const real, 1> v, View<const real, 1> target, View<real, 1> dv) {
  launch(one_thread_each(dv.size()), slopes_kernel<Bce>, dloss, Bce{v, target}, dv);
}
void bce_with_logits_backward(View<const real, 1> dloss, View<const real, 1> v, View<const real, 1> target,
                              View<real, 1> dv) {
  launch(one_thread_each(dv.size()), slopes_kernel<BceWithLogits>, dloss, BceWithLogits{v, target}, dv);
}
void cross_entropy_backward(View<const real, 1> dloss, View<const real, 2> logits, View<const int32_t, 1> label,
                            View<real, 2> dlogits) {
  launch(one_thread_each(logits.extent[0]), cross_entropy_backward_kernel, dloss, CrossEntropyRows{logits, label},
         dlogits);
}

}  // namespace SEISGRAD::gpu
