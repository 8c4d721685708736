// conv1d_fused at a shape of the models: nearest upsampling or none, convolution ("same" padding), bias or batch norm,
// relu, pooling or none; inputs, output and what float64 says; for the CPU's and the GPU's bench.
#pragma once
#include <cmath>

#include "bench/case.h"
#include "bench/direction.h"
#include "bench/shapes.h"
#include "kernels/conv1d_fused.h"
#include "kernels/parallel.h"

namespace SEISGRAD {

struct Conv1dFusedProblem {
  FusedShape s;
  int64_t N;
  Precision precision = Precision::strict;
  int64_t steps = s.length / s.upsample, pooled = s.pool ? s.length / 2 : s.length;  // of x and of y
  std::vector<real> x = values(s.in * steps), w = std::vector<real>(static_cast<size_t>(s.out * s.in * s.kernel)),
                    bias = channels(), gamma = channels(), beta = channels(), mean = channels(), var = channels(),
                    y = values(s.out * pooled);
  static constexpr double epsilon = 1e-3;

  std::vector<real> values(int64_t a_window) const { return std::vector<real>(static_cast<size_t>(N * a_window)); }
  std::vector<real> channels() const { return std::vector<real>(static_cast<size_t>(s.out)); }

  // With the norm given as views of these.
  template <class T>
  AroundConv1d<T> around(ChannelNorm<T> after) const {
    return {.left = (s.kernel - 1) / 2,
            .right = s.kernel / 2,
            .upsample = s.upsample,
            .activation = Activation::relu,
            .pool = s.pool,
            .precision = precision,
            .after = s.norm ? after : ChannelNorm<T>{}};
  }
  template <class T>
  ChannelNorm<T> norm(std::vector<T>& gammas, std::vector<T>& betas, std::vector<T>& means,
                      std::vector<T>& vars) const {
    return {row(gammas), row(betas), row(means), row(vars), static_cast<T>(epsilon)};
  }
  template <class T>
  View<T, 1> row(std::vector<T>& a_channel_each) const {
    return view<T, 1>(a_channel_each, {s.out});
  }
  template <class T>
  View<T, 3> weights(std::vector<T>& all) const {
    return view<T, 3>(all, {s.out, s.in, s.kernel});
  }

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(w, seed, "w");
    fill_random(bias, seed, "bias");
    fill_random(gamma, seed, "gamma", 0.5, 1.5);
    fill_random(beta, seed, "beta");
    fill_random(mean, seed, "mean");
    fill_random(var, seed, "var", 0.5, 1.5);
    std::vector<double> wide_x = widened(x), wide_w = widened(w), wide_bias = widened(bias), g = widened(gamma),
                        b = widened(beta), m = widened(mean), v = widened(var), expected(y.size());
    const AroundConv1d<double> wide = around<double>(norm(g, b, m, v));
    parallel_for(N, [&](int64_t n) {
      reference::conv1d_fused<double>({wide_x.data() + n * s.in * steps, {1, s.in, steps}}, weights(wide_w),
                                      row(wide_bias), wide, {expected.data() + n * s.out * pooled, {1, s.out, pooled}});
    });
    return {{"y", &y, std::move(expected), tolerance(precision)}};
  }

  // folded: with the taps that an upsampling leaves when it is folded into them.
  Work work(bool folded = true) const {
    const int64_t taps = folded && s.upsample == 2 ? (s.kernel + 1) / 2 : s.kernel;
    const double products = static_cast<double>(N * s.out * s.length * s.in * taps);
    return {.flops = 2 * products, .bytes = sizeof(real) * static_cast<double>(x.size() + y.size() + w.size())};
  }
};

}  // namespace SEISGRAD
