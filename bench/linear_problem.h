// linear without a bias, and its two gradients: the products of matrices as the models have them; for the GPU's bench.
#pragma once
#include "bench/case.h"
#include "bench/direction.h"
#include "bench/shapes.h"
#include "kernels/linear.h"
#include "kernels/parallel.h"

namespace SEISGRAD {

struct LinearProblem {
  int64_t rows, in, out;
  Direction direction;
  Precision precision = Precision::strict;
  std::vector<real> x = std::vector<real>(rows * in), w = std::vector<real>(out * in),
                    y = std::vector<real>(rows * out), dx = x, dw = w, dy = y;

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(w, seed, "w");
    fill_random(dy, seed, "dy");
    const std::vector<double> X = widened(x), W = widened(w), DY = widened(dy);
    if (direction == Direction::forward)
      return {{"y", &y, product(X, {in, 1}, W, {1, in}, rows, out, in), tolerance(precision)}};
    if (direction == Direction::backward_data)
      return {{"dx", &dx, product(DY, {out, 1}, W, {in, 1}, rows, in, out), tolerance(precision)}};
    return {{"dw", &dw, product(DY, {1, out}, X, {in, 1}, out, in, rows), tolerance(precision, 1e-4)}};
  }

  Work work() const {  // each of the three is as many products as the other two
    return {.flops = 2.0 * static_cast<double>(rows * in * out),
            .bytes = sizeof(real) * static_cast<double>(x.size() + w.size() + y.size())};
  }

  template <class T>
  View<T, 2> matrix(std::vector<T>& values, int64_t columns) const {
    return view<T, 2>(values, {static_cast<int64_t>(values.size()) / columns, columns});
  }

 private:
  struct Strides {
    int64_t row, column;
  };
  // a (M,K) times b (K,N), a row of the result a task.
  static std::vector<double> product(const std::vector<double>& a, Strides of_a, const std::vector<double>& b,
                                     Strides of_b, int64_t M, int64_t N, int64_t K) {
    std::vector<double> c(M * N);
    parallel_for(M, [&](int64_t m) {
      for (int64_t k = 0; k < K; ++k)
        for (int64_t n = 0; n < N; ++n)
          c[m * N + n] += a[m * of_a.row + k * of_a.column] * b[k * of_b.row + n * of_b.column];
    });
    return c;
  }
};

}  // namespace SEISGRAD
