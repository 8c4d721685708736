// conv1d at a shape of the models ("same" padding): inputs, outputs and what float64 says; for the CPU's and the GPU's
// bench.
#pragma once
#include "bench/case.h"
#include "bench/direction.h"
#include "bench/shapes.h"
#include "kernels/conv1d.h"
#include "kernels/parallel.h"

namespace SEISGRAD {

struct Conv1dProblem {
  ConvShape s;
  int64_t N;
  Direction direction;
  bool biased = true;
  Convolution1d conv{.left = (s.kernel - 1) / 2, .right = s.kernel - 1 - (s.kernel - 1) / 2};
  std::vector<real> x = std::vector<real>(size(s.in)), w = std::vector<real>(s.out * s.in * s.kernel),
                    bias = std::vector<real>(s.out), y = std::vector<real>(size(s.out)), dy = y, dx = x, dw = w;

  size_t size(int64_t channels) const { return static_cast<size_t>(N * channels * s.length); }

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(w, seed, "w");
    fill_random(bias, seed, "bias");
    fill_random(dy, seed, "dy");
    std::vector<double> wide_x = widened(x), wide_w = widened(w), wide_bias = widened(bias), wide_dy = widened(dy);
    const double allowed = tolerance(conv.precision);
    std::vector<double> expected;
    switch (direction) {
      case Direction::forward:
        expected.resize(y.size());
        parallel_for(N, [&](int64_t n) {
          reference::conv1d<double>(window(wide_x, s.in, n), weights(wide_w), bias_view(wide_bias), conv,
                                    window(expected, s.out, n));
        });
        return {{"y", &y, std::move(expected), allowed}};
      case Direction::backward_data:
        expected.resize(x.size());
        parallel_for(N, [&](int64_t n) {
          reference::conv1d_backward_data<double>(window(wide_dy, s.out, n), weights(wide_w), conv,
                                                  window(expected, s.in, n));
        });
        return {{"dx", &dx, std::move(expected), allowed}};
      case Direction::backward_weight:  // a sum of some 10^5 products
        return {{"dw", &dw, weight_gradient(wide_dy, wide_x), tolerance(conv.precision, 1e-4)}};
    }
    return {};
  }

  // Each of the three is as many products as the other two.
  Work work() const {
    const double values = static_cast<double>(x.size() + y.size() + w.size());
    const double products = static_cast<double>(y.size()) * static_cast<double>(s.in * s.kernel);
    return {.flops = 2 * products, .bytes = sizeof(real) * values};
  }

  template <class T>
  View<T, 3> in(std::vector<T>& values, int64_t channels) const {
    return view<T, 3>(values, {N, channels, s.length});
  }
  template <class T>
  View<T, 3> window(std::vector<T>& values, int64_t channels, int64_t n) const {
    return {values.data() + n * channels * s.length, {1, channels, s.length}};
  }
  template <class T>
  View<T, 1> bias_view(std::vector<T>& values) const {
    return {biased ? values.data() : nullptr, {s.out}};
  }
  template <class T>
  View<T, 3> weights(std::vector<T>& values) const {
    return view<T, 3>(values, {s.out, s.in, s.kernel});
  }

 private:
  // The gradient of each window by itself, then their sum.
  std::vector<double> weight_gradient(std::vector<double>& wide_dy, std::vector<double>& wide_x) const {
    std::vector<std::vector<double>> parts(N, std::vector<double>(dw.size()));
    parallel_for(N, [&](int64_t n) {
      reference::conv1d_backward_weight<double>(window(wide_dy, s.out, n), window(wide_x, s.in, n), conv,
                                                weights(parts[n]));
    });
    std::vector<double> sum(dw.size());
    for (const std::vector<double>& part : parts)
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
    return sum;
  }
};

}  // namespace SEISGRAD
