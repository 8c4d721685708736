#include "kernels/linear.h"

#include "kernels/matmul.h"

namespace SEISGRAD::gpu {

void linear(View<const real, 2> x, View<const real, 2> w, View<const real, 1> b, Precision, View<real, 2> y) {
  const int64_t I = x.extent[1];
  product({x.data, I, 1}, {w.data, 1, I}, I, {b.data, 0, 1}, y);
}

void linear_backward_data(View<const real, 2> dy, View<const real, 2> w, Precision precision, View<real, 2> dx) {
  matmul(dy, w, precision, dx);
}

void linear_backward_weight(View<const real, 2> dy, View<const real, 2> x, Precision precision, View<real, 2> dw) {
  matmul_transposed_a(dy, x, precision, dw);
}

void linear_backward_bias(View<const real, 2> dy, View<real, 1> db) {
  const int64_t R = dy.extent[0], O = dy.extent[1];
  product_of_many(ones, {dy.data, O, 1}, R, {db.data, {1, O}});
}

}  // namespace SEISGRAD::gpu
