#include "kernels/linear.h"

#include "kernels/matmul.h"

namespace SEISGRAD::gpu {

void linear(View<const real, 2> x, View<const real, 2> w, View<const real, 1> b, Precision precision, View<real, 2> y) {
  const int64_t I = x.extent[1];
  product({x.data, I, 1}, {w.data, 1, I}, I, {b.data, 0, 1}, precision, y);
}

void linear_backward_data(View<const real, 2> dy, View<const real, 2> w, Precision precision, View<real, 2> dx) {
  matmul(dy, w, precision, dx);
}

void linear_backward_weight(View<const real, 2> dy, View<const real, 2> x, Precision precision, View<real, 2> dw) {
  matmul_transposed_a(dy, x, precision, dw);
}

void linear_backward_bias(View<const real, 2> dy, View<real, 1> db) { column_sums(dy, db); }

}  // namespace SEISGRAD::gpu
