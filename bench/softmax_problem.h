// softmax over rows, and its gradient; for the GPU's bench.
#pragma once
#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/softmax.h"

namespace SEISGRAD {

struct SoftmaxProblem {
  int64_t rows, K;
  bool backward;
  std::vector<real> x = std::vector<real>(rows * K), y = x, dx = x, dy = x;

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x", -3, 3);
    fill_random(dy, seed, "dy");
    std::vector<double> X = widened(x), DY = widened(dy), Y(X.size()), DX(X.size());
    reference::softmax<double>(in(X), in(Y));
    if (!backward) return {{"y", &y, std::move(Y)}};
    y.assign(Y.begin(), Y.end());
    reference::softmax_backward<double>(in(DY), in(Y), in(DX));
    return {{"dx", &dx, std::move(DX)}};
  }

  Work work() const {  // maximum, difference, exp, sum, quotient; or two products, a sum, a difference
    const double values = static_cast<double>(x.size());
    return {.flops = (backward ? 4 : 5) * values, .bytes = (backward ? 3 : 2) * sizeof(real) * values};
  }

  template <class T>
  View<T, 2> in(std::vector<T>& values) const {
    return view<T, 2>(values, {rows, K});
  }
};

}  // namespace SEISGRAD
