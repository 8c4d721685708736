#include "kernels/elementwise.h"

#include <algorithm>

#include "kernels/elementwise.simd.h"
#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

constexpr int64_t chunk = 1 << 15;  // values for one task: 128 KiB in and out, well inside L2

void in_chunks(int64_t n, const std::function<void(int64_t begin, int64_t count)>& body) {
  parallel_for((n + chunk - 1) / chunk, [&](int64_t i) { body(i * chunk, std::min(chunk, n - i * chunk)); });
}
void binary(BinaryLoop* loop, View<const real, 1> a, View<const real, 1> b, View<real, 1> y) {
  in_chunks(y.size(), [&](int64_t i, int64_t n) { loop(a.data + i, b.data + i, y.data + i, n); });
}
void unary(UnaryLoop* loop, View<const real, 1> x, View<real, 1> y) {
  in_chunks(y.size(), [&](int64_t i, int64_t n) { loop(x.data + i, y.data + i, n); });
}

}  // namespace

void add(View<const real, 1> a, View<const real, 1> b, View<real, 1> y) { binary(SIMD_BEST(add_loop), a, b, y); }
void subtract(View<const real, 1> a, View<const real, 1> b, View<real, 1> y) {
  binary(SIMD_BEST(subtract_loop), a, b, y);
}
void multiply(View<const real, 1> a, View<const real, 1> b, View<real, 1> y) {
  binary(SIMD_BEST(multiply_loop), a, b, y);
}

void relu(View<const real, 1> x, View<real, 1> y) { unary(SIMD_BEST(relu_loop), x, y); }
void sigmoid(View<const real, 1> x, View<real, 1> y) { unary(SIMD_BEST(sigmoid_loop), x, y); }
void hard_sigmoid(View<const real, 1> x, View<real, 1> y) { unary(SIMD_BEST(hard_sigmoid_loop), x, y); }
void tanh(View<const real, 1> x, View<real, 1> y) { unary(SIMD_BEST(tanh_loop), x, y); }
void exp(View<const real, 1> x, View<real, 1> y) { unary(SIMD_BEST(exp_loop), x, y); }

void relu_backward(View<const real, 1> dy, View<const real, 1> y, View<real, 1> dx) {
  binary(SIMD_BEST(relu_backward_loop), dy, y, dx);
}
void sigmoid_backward(View<const real, 1> dy, View<const real, 1> y, View<real, 1> dx) {
  binary(SIMD_BEST(sigmoid_backward_loop), dy, y, dx);
}
void hard_sigmoid_backward(View<const real, 1> dy, View<const real, 1> y, View<real, 1> dx) {
  binary(SIMD_BEST(hard_sigmoid_backward_loop), dy, y, dx);
}
void tanh_backward(View<const real, 1> dy, View<const real, 1> y, View<real, 1> dx) {
  binary(SIMD_BEST(tanh_backward_loop), dy, y, dx);
}

}  // namespace SEISGRAD::cpu
