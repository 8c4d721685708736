// conv1d at a shape of the models ("same" padding): inputs, outputs and what float64 says; for the CPU's and the GPU's
// bench.
#pragma once
#include "bench/harness.h"
#include "bench/shapes.h"
#include "kernels/conv1d.h"

namespace SEISGRAD {

enum class Direction { forward, backward_data, backward_weight };

inline std::string name_of(Direction d) {
  return d == Direction::forward         ? "conv1d"
         : d == Direction::backward_data ? "conv1d_backward_data"
                                         : "conv1d_backward_weight";
}

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
    const View<const double, 3> X = in(wide_x, s.in), DY = in(wide_dy, s.out), W = weights(wide_w);
    std::vector<double> expected;
    switch (direction) {
      case Direction::forward:
        expected.resize(y.size());
        reference::conv1d<double>(X, W, bias_view(wide_bias), conv, in(expected, s.out));
        return {{"y", &y, std::move(expected)}};
      case Direction::backward_data:
        expected.resize(x.size());
        reference::conv1d_backward_data<double>(DY, W, conv, in(expected, s.in));
        return {{"dx", &dx, std::move(expected)}};
      case Direction::backward_weight:
        expected.resize(w.size());
        reference::conv1d_backward_weight<double>(DY, X, conv, weights(expected));
        return {{"dw", &dw, std::move(expected), 1e-4}};  // a sum of some 10^5 products
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
  View<T, 1> bias_view(std::vector<T>& values) const {
    return {biased ? values.data() : nullptr, {s.out}};
  }
  template <class T>
  View<T, 3> weights(std::vector<T>& values) const {
    return view<T, 3>(values, {s.out, s.in, s.kernel});
  }
};

}  // namespace SEISGRAD
