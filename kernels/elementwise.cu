#include "kernels/elementwise.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

using In = View<const real, 1>;

__device__ real sum(int64_t i, In a, In b) { return a(i) + b(i); }
__device__ real difference(int64_t i, In a, In b) { return a(i) - b(i); }
__device__ real product(int64_t i, In a, In b) { return a(i) * b(i); }
__device__ real scaled(int64_t i, In a, real factor) { return factor * a(i); }

__device__ real positive(int64_t i, In x) { return x(i) < 0 ? real(0) : x(i); }
__device__ real logistic(int64_t i, In x) { return 1 / (1 + ::exp(-x(i))); }
__device__ real clipped_line(int64_t i, In x) {
  const real v = real(0.2) * x(i) + real(0.5);
  return v < 0 ? real(0) : v > 1 ? real(1) : v;
}
__device__ real hyperbolic_tangent(int64_t i, In x) { return ::tanh(x(i)); }
__device__ real exponential(int64_t i, In x) { return ::exp(x(i)); }
__device__ real logarithm(int64_t i, In x) { return ::log(x(i)); }

__device__ real d_positive(int64_t i, In dy, In y) { return y(i) > 0 ? dy(i) : real(0); }
__device__ real d_logistic(int64_t i, In dy, In y) { return dy(i) * y(i) * (1 - y(i)); }
__device__ real d_clipped_line(int64_t i, In dy, In y) { return y(i) > 0 && y(i) < 1 ? real(0.2) * dy(i) : real(0); }
__device__ real d_hyperbolic_tangent(int64_t i, In dy, In y) { return dy(i) * (1 - y(i) * y(i)); }
__device__ real d_logarithm(int64_t i, In dy, In x) { return dy(i) / x(i); }

}  // namespace

void add(In a, In b, View<real, 1> y) { map<sum>(y, a, b); }
void subtract(In a, In b, View<real, 1> y) { map<difference>(y, a, b); }
void multiply(In a, In b, View<real, 1> y) { map<product>(y, a, b); }
void scale(In a, real factor, View<real, 1> y) { map<scaled>(y, a, factor); }

void relu(In x, View<real, 1> y) { map<positive>(y, x); }
void sigmoid(In x, View<real, 1> y) { map<logistic>(y, x); }
void hard_sigmoid(In x, View<real, 1> y) { map<clipped_line>(y, x); }
void tanh(In x, View<real, 1> y) { map<hyperbolic_tangent>(y, x); }
void exp(In x, View<real, 1> y) { map<exponential>(y, x); }
void log(In x, View<real, 1> y) { map<logarithm>(y, x); }

void relu_backward(In dy, In y, View<real, 1> dx) { map<d_positive>(dx, dy, y); }
void sigmoid_backward(In dy, In y, View<real, 1> dx) { map<d_logistic>(dx, dy, y); }
void hard_sigmoid_backward(In dy, In y, View<real, 1> dx) { map<d_clipped_line>(dx, dy, y); }
void tanh_backward(In dy, In y, View<real, 1> dx) { map<d_hyperbolic_tangent>(dx, dy, y); }
void exp_backward(In dy, In y, View<real, 1> dx) { map<product>(dx, dy, y); }
void log_backward(In dy, In x, View<real, 1> dx) { map<d_logarithm>(dx, dy, x); }

}  // namespace SEISGRAD::gpu
