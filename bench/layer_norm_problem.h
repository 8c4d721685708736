// layer_norm over the channels of a step at a shape of the models; for the GPU's bench.
#pragma once
#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/layer_norm.h"

namespace SEISGRAD {

struct LayerNormProblem {
  int64_t N, steps, channels;
  bool backward;
  static constexpr double epsilon = 1e-14;  // as the models have it
  std::vector<real> x = std::vector<real>(N * steps * channels), y = x, dx = x, dy = x,
                    gamma = std::vector<real>(channels), beta = gamma, dgamma = gamma, dbeta = gamma;

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(dy, seed, "dy");
    fill_random(gamma, seed, "gamma", 0.5, 1.5);
    fill_random(beta, seed, "beta");
    std::vector<double> X = widened(x), DY = widened(dy), G = widened(gamma), B = widened(beta), DG(G.size()),
                        DB(G.size()), Y(X.size()), DX(X.size());
    if (!backward) {
      reference::layer_norm<double>(sequence(X), row(G), row(B), epsilon, sequence(Y));
      return {{"y", &y, std::move(Y)}};
    }
    reference::layer_norm_backward<double>(sequence(DY), sequence(X), row(G), epsilon, sequence(DX));
    reference::layer_norm_backward_parameters<double>(sequence(DY), sequence(X), epsilon, row(DG), row(DB));
    return {
        {"dx", &dx, std::move(DX)}, {"dgamma", &dgamma, std::move(DG), 1e-4}, {"dbeta", &dbeta, std::move(DB), 1e-4}};
  }

  Work work() const {
    const double values = static_cast<double>(x.size());
    return {.flops = (backward ? 14 : 7) * values, .bytes = (backward ? 3 : 2) * sizeof(real) * values};
  }

  template <class T>
  View<T, 3> sequence(std::vector<T>& values) const {
    return view<T, 3>(values, {N, steps, channels});
  }
  template <class T>
  View<T, 1> row(std::vector<T>& values) const {
    return view<T, 1>(values, {channels});
  }
};

}  // namespace SEISGRAD
