#include "kernels/linear.h"

#include "kernels/matmul.h"

namespace SEISGRAD::cpu {

void linear(View<const real, 2> x, View<const real, 2> w, View<const real, 1> b, Precision, View<real, 2> y) {
  const int64_t I = x.extent[1];
  product({x.data, I, 1}, {w.data, 1, I}, I, b.data ? Strided{b.data, 0, 1} : zeros, y);
}

void linear_backward_data(View<const real, 2> dy, View<const real, 2> w, Precision, View<real, 2> dx) {
  matmul(dy, w, Precision::strict, dx);
}

void linear_backward_weight(View<const real, 2> dy, View<const real, 2> x, Precision, View<real, 2> dw) {
  matmul_transposed_a(dy, x, Precision::strict, dw);
}

void linear_backward_bias(View<const real, 2> dy, View<real, 1> db) {
  const auto [R, O] = dy.extent;
  product(ones, {dy.data, O, 1}, R, zeros, {db.data, {1, O}});
}

}  // namespace SEISGRAD::cpu
