#include <cmath>

#include "kernels/conv1d_fused.h"

namespace SEISGRAD::reference {
namespace {

template <class T>
T normalised(const ChannelNorm<T>& norm, int64_t channel, T v) {
  if (!norm.gamma.data) return v;
  return (v - norm.mean(channel)) / std::sqrt(norm.var(channel) + norm.epsilon) * norm.gamma(channel) +
         norm.beta(channel);
}

template <class T>
T activated(Activation activation, T v) {
  if (activation == Activation::relu) return v < 0 ? T(0) : v;
  if (activation == Activation::sigmoid) return 1 / (1 + std::exp(-v));
  return v;
}

}  // namespace

template <class T>
void conv1d_fused(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, const AroundConv1d<T>& around,
                  View<T, 3> y) {
  const auto [O, C, K] = w.extent;
  const int64_t upsampled = around.upsampled(x.extent[2]), M = around.output_length(x.extent[2], K);
  const auto sample = [&](int64_t n, int64_t c, int64_t j) {
    if (j < 0 || j >= upsampled) return T(0);
    const T v = normalised(around.before, c, x(n, c, (j + around.crop_left) / around.upsample));
    return around.before.gamma.data ? activated(Activation::relu, v) : v;
  };
  const auto value = [&](int64_t n, int64_t o, int64_t m) {
    T sum = bias.data ? bias(o) : T(0);
    for (int64_t c = 0; c < x.extent[1]; ++c)
      for (int64_t k = 0; k < w.extent[2]; ++k) sum += w(o, c, k) * sample(n, c, m + k - around.left);
    sum = normalised(around.after, o, sum);
    return activated(around.activation, around.residual.data ? sum + around.residual(n, o, m) : sum);
  };
  for (int64_t n = 0; n < y.extent[0]; ++n)
    for (int64_t o = 0; o < O; ++o)
      for (int64_t m = 0; m < y.extent[2]; ++m) {
        if (!around.pool) {
          y(n, o, m) = value(n, o, m);
          continue;
        }
        const T first = value(n, o, 2 * m), second = 2 * m + 1 < M ? value(n, o, 2 * m + 1) : first;
        y(n, o, m) = second <= first || first != first ? first : second;
      }
}

template Conv1dFusedOf<float> conv1d_fused<float>;
template Conv1dFusedOf<double> conv1d_fused<double>;

}  // namespace SEISGRAD::reference
