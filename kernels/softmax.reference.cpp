#include "kernels/softmax.h"

#include <cmath>

namespace SEISGRAD::reference {

// The largest of a row; one that is NaN reaches the result through its own exponential.
template <class T>
static T largest(View<const T, 2> x, int64_t r) {
  T m = x(r, 0);
  for (int64_t k = 1; k < x.extent[1]; ++k) m = x(r, k) > m ? x(r, k) : m;
  return m;
}

template <class T>
void softmax(View<const T, 2> x, View<T, 2> y) {
  const auto [R, K] = x.extent;
  for (int64_t r = 0; r < R; ++r) {
    const T m = largest(x, r);
    T sum = 0;
    for (int64_t k = 0; k < K; ++k) sum += y(r, k) = std::exp(x(r, k) - m);
    for (int64_t k = 0; k < K; ++k) y(r, k) /= sum;
  }
}

template <class T>
void log_softmax(View<const T, 2> x, View<T, 2> y) {
  const auto [R, K] = x.extent;
  for (int64_t r = 0; r < R; ++r) {
    const T m = largest(x, r);
    T sum = 0;
    for (int64_t k = 0; k < K; ++k) sum += std::exp(x(r, k) - m);
    for (int64_t k = 0; k < K; ++k) y(r, k) = x(r, k) - m - std::log(sum);
  }
}

template <class T>
void softmax_backward(View<const T, 2> dy, View<const T, 2> y, View<T, 2> dx) {
  const auto [R, K] = y.extent;
  for (int64_t r = 0; r < R; ++r) {
    T sum = 0;
    for (int64_t k = 0; k < K; ++k) sum += dy(r, k) * y(r, k);
    for (int64_t k = 0; k < K; ++k) dx(r, k) = y(r, k) * (dy(r, k) - sum);
  }
}

template <class T>
void log_softmax_backward(View<const T, 2> dy, View<const T, 2> y, View<T, 2> dx) {
  const auto [R, K] = y.extent;
  for (int64_t r = 0; r < R; ++r) {
    T sum = 0;
    for (int64_t k = 0; k < K; ++k) sum += dy(r, k);
    for (int64_t k = 0; k < K; ++k) dx(r, k) = dy(r, k) - std::exp(y(r, k)) * sum;
  }
}

template SoftmaxOf<float> softmax<float>;
template SoftmaxOf<double> softmax<double>;
template SoftmaxOf<float> log_softmax<float>;
template SoftmaxOf<double> log_softmax<double>;
template SoftmaxBackwardOf<float> softmax_backward<float>;
template SoftmaxBackwardOf<double> softmax_backward<double>;
template SoftmaxBackwardOf<float> log_softmax_backward<float>;
template SoftmaxBackwardOf<double> log_softmax_backward<double>;

}  // namespace SEISGRAD::reference
