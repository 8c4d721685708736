// max_pool1d over pairs at a shape of the models; for the CPU's and the GPU's bench.
#pragma once
#include "bench/harness.h"
#include "bench/shapes.h"
#include "kernels/max_pool1d.h"

namespace SEISGRAD {

struct MaxPool1dProblem {
  PoolShape s;
  int64_t N;
  bool backward;
  Pool1d pool{.window = 2, .right = s.length % 2};
  int64_t rows = N * s.channels, M = pool.output_length(s.length);
  std::vector<real> x = std::vector<real>(rows * s.length), y = std::vector<real>(rows * M), dx = x, dy = y;
  std::vector<int32_t> argmax = std::vector<int32_t>(rows * M);

  // dx needs the results of a forward pass, which are inputs then.
  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(dy, seed, "dy");
    std::vector<double> wide_x = widened(x), wide_dy = widened(dy), expected(y.size());
    std::vector<int32_t> winners(argmax.size());
    reference::max_pool1d<double>(in(wide_x), pool, out(expected), out(winners));
    if (!backward) return {{"y", &y, std::move(expected), 0}};
    argmax = winners;
    y.assign(expected.begin(), expected.end());
    expected.assign(x.size(), 0);
    reference::max_pool1d_backward<double>(out(wide_dy), out(winners), pool, in(expected));
    return {{"dx", &dx, std::move(expected)}};
  }

  Work work() const {  // no arithmetic to speak of; the argmax counts, since the gradient needs it
    return {.bytes = static_cast<double>(sizeof(real) * (x.size() + y.size()) + sizeof(int32_t) * argmax.size())};
  }

  template <class T>
  View<T, 3> in(std::vector<T>& values) const {
    return view<T, 3>(values, {N, s.channels, s.length});
  }
  template <class T>
  View<T, 3> out(std::vector<T>& values) const {
    return view<T, 3>(values, {N, s.channels, M});
  }
};

}  // namespace SEISGRAD
