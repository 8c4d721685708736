// batch_norm at a shape of the models: evaluation, a training step's forward pass, and its gradient; for the GPU's
// bench.
#pragma once
#include <cmath>

#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/batch_norm.h"

namespace SEISGRAD {

enum class NormPass { eval, train, train_backward };

struct BatchNormProblem {
  NormShape s;
  int64_t N;
  NormPass pass;
  static constexpr double epsilon = 1e-3;
  std::vector<real> x = std::vector<real>(N * s.channels * s.length), y = x, dx = x, dy = x,
                    gamma = std::vector<real>(s.channels), beta = gamma, mean = gamma, var = gamma, dgamma = gamma,
                    dbeta = gamma, inverse_deviation = gamma;  // what cuDNN saves instead of var

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x", -1, 2);
    fill_random(dy, seed, "dy");
    fill_random(gamma, seed, "gamma", 0.5, 1.5);
    fill_random(beta, seed, "beta");
    fill_random(mean, seed, "mean");
    fill_random(var, seed, "var", 0.5, 2);
    std::vector<double> X = widened(x), DY = widened(dy), G = widened(gamma), B = widened(beta), M = widened(mean),
                        V = widened(var), DG(G.size()), DB(G.size()), Y(X.size()), DX(X.size());
    if (pass != NormPass::eval) reference::batch_statistics<double>(sequence(X), row(M), row(V));
    if (pass != NormPass::train_backward) {
      reference::batch_norm<double>(sequence(X), row(G), row(B), row(M), row(V), epsilon, sequence(Y));
      return {{"y", &y, std::move(Y)}};
    }
    mean.assign(M.begin(), M.end());
    var.assign(V.begin(), V.end());
    for (size_t c = 0; c < V.size(); ++c) inverse_deviation[c] = static_cast<real>(1 / std::sqrt(V[c] + epsilon));
    reference::batch_norm_backward_parameters<double>(sequence(DY), sequence(X), row(M), row(V), epsilon, row(DG),
                                                      row(DB));
    reference::batch_norm_train_backward<double>(sequence(DY), sequence(X), row(G), row(M), row(V), epsilon, row(DG),
                                                 row(DB), sequence(DX));
    return {
        {"dx", &dx, std::move(DX)}, {"dgamma", &dgamma, std::move(DG), 1e-4}, {"dbeta", &dbeta, std::move(DB), 1e-4}};
  }

  // Two passes over the input are one more than the statistics strictly need; they count once.
  Work work() const {
    const double values = static_cast<double>(x.size());
    if (pass == NormPass::eval) return {.flops = 2 * values, .bytes = 2 * sizeof(real) * values};
    if (pass == NormPass::train) return {.flops = 5 * values, .bytes = 2 * sizeof(real) * values};
    return {.flops = 9 * values, .bytes = 3 * sizeof(real) * values};
  }

  template <class T>
  View<T, 3> sequence(std::vector<T>& values) const {
    return view<T, 3>(values, {N, s.channels, s.length});
  }
  template <class T>
  View<T, 1> row(std::vector<T>& values) const {
    return view<T, 1>(values, {s.channels});
  }
};

}  // namespace SEISGRAD
