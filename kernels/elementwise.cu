#include "kernels/elementwise.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

using In = View<const real, 1>;

// Functions of values as functions of positions, for map.
template <real f(real)>
__device__ real of_one(int64_t i, const real* x) {
  return f(x[i]);
}
template <real f(real, real)>
__device__ real of_two(int64_t i, const real* a, const real* b) {
  return f(a[i], b[i]);
}

__device__ real sum(real a, real b) { return a + b; }
__device__ real difference(real a, real b) { return a - b; }
__device__ real product(real a, real b) { return a * b; }
__device__ real scaled(int64_t i, const real* a, real factor) { return factor * a[i]; }

__device__ real positive(real x) { return x < 0 ? real(0) : x; }
__device__ real logistic(real x) { return 1 / (1 + ::exp(-x)); }
__device__ real clipped_line(real x) {
  const real v = real(0.2) * x + real(0.5);
  return v < 0 ? real(0) : v > 1 ? real(1) : v;
}
__device__ real hyperbolic_tangent(real x) { return ::tanh(x); }
__device__ real exponential(real x) { return ::exp(x); }
__device__ real logarithm(real x) { return ::log(x); }

__device__ real d_positive(real dy, real y) { return y > 0 ? dy : real(0); }
__device__ real d_logistic(real dy, real y) { return dy * y * (1 - y); }
__device__ real d_clipped_line(real dy, real y) { return y > 0 && y < 1 ? real(0.2) * dy : real(0); }
__device__ real d_hyperbolic_tangent(real dy, real y) { return dy * (1 - y * y); }
__device__ real d_logarithm(real dy, real x) { return dy / x; }

}  // namespace

void add(In a, In b, View<real, 1> y) { map<of_two<sum>>(y, a.data, b.data); }
void subtract(In a, In b, View<real, 1> y) { map<of_two<difference>>(y, a.data, b.data); }
void multiply(In a, In b, View<real, 1> y) { map<of_two<product>>(y, a.data, b.data); }
void scale(In a, real factor, View<real, 1> y) { map<scaled>(y, a.data, factor); }

void relu(In x, View<real, 1> y) { map<of_one<positive>>(y, x.data); }
void sigmoid(In x, View<real, 1> y) { map<of_one<logistic>>(y, x.data); }
void hard_sigmoid(In x, View<real, 1> y) { map<of_one<clipped_line>>(y, x.data); }
void tanh(In x, View<real, 1> y) { map<of_one<hyperbolic_tangent>>(y, x.data); }
void exp(In x, View<real, 1> y) { map<of_one<exponential>>(y, x.data); }
void log(In x, View<real, 1> y) { map<of_one<logarithm>>(y, x.data); }

void relu_backward(In dy, In y, View<real, 1> dx) { map<of_two<d_positive>>(dx, dy.data, y.data); }
void sigmoid_backward(In dy, In y, View<real, 1> dx) { map<of_two<d_logistic>>(dx, dy.data, y.data); }
void hard_sigmoid_backward(In dy, In y, View<real, 1> dx) { map<of_two<d_clipped_line>>(dx, dy.data, y.data); }
void tanh_backward(In dy, In y, View<real, 1> dx) { map<of_two<d_hyperbolic_tangent>>(dx, dy.data, y.data); }
void exp_backward(In dy, In y, View<real, 1> dx) { map<of_two<product>>(dx, dy.data, y.data); }
void log_backward(In dy, In x, View<real, 1> dx) { map<of_two<d_logarithm>>(dx, dy.data, x.data); }

}  // namespace SEISGRAD::gpu
