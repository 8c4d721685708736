#include "kernels/elementwise.simd.h"

#include "kernels/simd_math.h"

namespace SEISGRAD::SIMD {

// The rest that fills no vector goes through one padded with zeros: a value's result does not depend on its place.
template <class F>
static void map(const real* x, real* y, int64_t n, F f) {
  int64_t i = 0;
  for (; i + width <= n; i += width) store(y + i, f(load(x + i)));
  if (i == n) return;
  real rest[width] = {};
  for (int64_t k = i; k < n; ++k) rest[k - i] = x[k];
  store(rest, f(load(rest)));
  for (int64_t k = i; k < n; ++k) y[k] = rest[k - i];
}

template <class F>
static void map(const real* a, const real* b, real* y, int64_t n, F f) {
  int64_t i = 0;
  for (; i + width <= n; i += width) store(y + i, f(load(a + i), load(b + i)));
  if (i == n) return;
  real rest_a[width] = {}, rest_b[width] = {};
  for (int64_t k = i; k < n; ++k) rest_a[k - i] = a[k], rest_b[k - i] = b[k];
  store(rest_a, f(load(rest_a), load(rest_b)));
  for (int64_t k = i; k < n; ++k) y[k] = rest_a[k - i];
}

void add_loop(const real* a, const real* b, real* y, int64_t n) {
  map(a, b, y, n, [](Vec u, Vec v) { return u + v; });
}
void subtract_loop(const real* a, const real* b, real* y, int64_t n) {
  map(a, b, y, n, [](Vec u, Vec v) { return u - v; });
}
void multiply_loop(const real* a, const real* b, real* y, int64_t n) {
  map(a, b, y, n, [](Vec u, Vec v) { return u * v; });
}
void relu_loop(const real* x, real* y, int64_t n) {
  map(x, y, n, [](Vec v) { return v < splat(0) ? splat(0) : v; });
}
void sigmoid_loop(const real* x, real* y, int64_t n) {
  map(x, y, n, [](Vec v) { return sigmoid(v); });
}
void hard_sigmoid_loop(const real* x, real* y, int64_t n) {
  map(x, y, n, [](Vec v) { return hard_sigmoid(v); });
}
void tanh_loop(const real* x, real* y, int64_t n) {
  map(x, y, n, [](Vec v) { return tanh(v); });
}
void exp_loop(const real* x, real* y, int64_t n) {
  map(x, y, n, [](Vec v) { return exp(v); });
}
void relu_backward_loop(const real* dy, const real* y, real* dx, int64_t n) {
  map(dy, y, dx, n, [](Vec d, Vec v) { return v > splat(0) ? d : splat(0); });
}
void sigmoid_backward_loop(const real* dy, const real* y, real* dx, int64_t n) {
  map(dy, y, dx, n, [](Vec d, Vec v) { return d * v * (1 - v); });
}
void hard_sigmoid_backward_loop(const real* dy, const real* y, real* dx, int64_t n) {
  map(dy, y, dx, n, [](Vec d, Vec v) {
    const Vec inside = v < splat(1) ? splat(real(0.2)) * d : splat(0);
    return v > splat(0) ? inside : splat(0);
  });
}
void tanh_backward_loop(const real* dy, const real* y, real* dx, int64_t n) {
  map(dy, y, dx, n, [](Vec d, Vec v) { return d * (1 - v * v); });
}

}  // namespace SEISGRAD::SIMD
