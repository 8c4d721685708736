// max_pool1d and avg_pool1d over pairs at a shape of the models; for the CPU's and the GPU's bench.
#pragma once
#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/avg_pool1d.h"
#include "kernels/max_pool1d.h"

namespace SEISGRAD {

struct PoolProblem {
  PoolShape s;
  int64_t N;
  bool backward, average = false;
  Pool1d pool{.window = 2, .right = s.length % 2};
  int64_t rows = N * s.channels, M = pool.output_length(s.length);
  std::vector<real> x = std::vector<real>(rows * s.length), y = std::vector<real>(rows * M), dx = x, dy = y;
  std::vector<int32_t> argmax = std::vector<int32_t>(rows * M);

  // dx of the maximum needs the results of a forward pass, which are inputs then.
  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(dy, seed, "dy");
    std::vector<double> wide_x = widened(x), wide_dy = widened(dy), expected(y.size()), gradient(x.size());
    std::vector<int32_t> winners(argmax.size());
    if (average) {
      reference::avg_pool1d<double>(in(wide_x), pool, out(expected));
      reference::avg_pool1d_backward<double>(out(wide_dy), pool, in(gradient));
    } else {
      reference::max_pool1d<double>(in(wide_x), pool, out(expected), out(winners));
      reference::max_pool1d_backward<double>(out(wide_dy), out(winners), pool, in(gradient));
    }
    if (!backward) return {{"y", &y, std::move(expected), average ? 1e-6 : 0}};
    argmax = winners;
    y.assign(expected.begin(), expected.end());
    return {{"dx", &dx, std::move(gradient)}};
  }

  Work work() const {  // no arithmetic to speak of; the argmax counts, since the gradient needs it
    const double winners = average ? 0 : static_cast<double>(sizeof(int32_t) * argmax.size());
    return {.bytes = static_cast<double>(sizeof(real) * (x.size() + y.size())) + winners};
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
