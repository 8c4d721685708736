#include <cmath>

#include "kernels/elementwise.h"

namespace SEISGRAD::reference {

template <class T>
void add(View<const T, 1> a, View<const T, 1> b, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = a(i) + b(i);
}
template <class T>
void subtract(View<const T, 1> a, View<const T, 1> b, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = a(i) - b(i);
}
template <class T>
void multiply(View<const T, 1> a, View<const T, 1> b, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = a(i) * b(i);
}
template <class T>
void scale(View<const T, 1> a, T factor, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = factor * a(i);
}

template <class T>
void relu(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = x(i) < 0 ? T(0) : x(i);
}
template <class T>
void sigmoid(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = 1 / (1 + std::exp(-x(i)));
}
template <class T>
void hard_sigmoid(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) {
    const T v = T(0.2) * x(i) + T(0.5);
    y(i) = v < 0 ? T(0) : v > 1 ? T(1) : v;
  }
}
template <class T>
void tanh(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = std::tanh(x(i));
}
template <class T>
void exp(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = std::exp(x(i));
}
template <class T>
void log(View<const T, 1> x, View<T, 1> y) {
  for (int64_t i = 0; i < y.size(); ++i) y(i) = std::log(x(i));
}

template <class T>
void relu_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = y(i) > 0 ? dy(i) : T(0);
}
template <class T>
void sigmoid_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = dy(i) * y(i) * (1 - y(i));
}
template <class T>
void hard_sigmoid_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = y(i) > 0 && y(i) < 1 ? T(0.2) * dy(i) : T(0);
}
template <class T>
void tanh_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = dy(i) * (1 - y(i) * y(i));
}
template <class T>
void exp_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = dy(i) * y(i);
}
template <class T>
void log_backward(View<const T, 1> dy, View<const T, 1> x, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) dx(i) = dy(i) / x(i);
}

template BinaryOf<float> add<float>;
template BinaryOf<double> add<double>;
template BinaryOf<float> subtract<float>;
template BinaryOf<double> subtract<double>;
template BinaryOf<float> multiply<float>;
template BinaryOf<double> multiply<double>;
template ScaleOf<float> scale<float>;
template ScaleOf<double> scale<double>;
template UnaryOf<float> relu<float>;
template UnaryOf<double> relu<double>;
template UnaryOf<float> sigmoid<float>;
template UnaryOf<double> sigmoid<double>;
template UnaryOf<float> hard_sigmoid<float>;
template UnaryOf<double> hard_sigmoid<double>;
template UnaryOf<float> tanh<float>;
template UnaryOf<double> tanh<double>;
template UnaryOf<float> exp<float>;
template UnaryOf<double> exp<double>;
template UnaryOf<float> log<float>;
template UnaryOf<double> log<double>;
template UnaryBackwardOf<float> relu_backward<float>;
template UnaryBackwardOf<double> relu_backward<double>;
template UnaryBackwardOf<float> sigmoid_backward<float>;
template UnaryBackwardOf<double> sigmoid_backward<double>;
template UnaryBackwardOf<float> hard_sigmoid_backward<float>;
template UnaryBackwardOf<double> hard_sigmoid_backward<double>;
template UnaryBackwardOf<float> tanh_backward<float>;
template UnaryBackwardOf<double> tanh_backward<double>;
template UnaryBackwardOf<float> exp_backward<float>;
template UnaryBackwardOf<double> exp_backward<double>;
template UnaryBackwardOf<float> log_backward<float>;
template UnaryBackwardOf<double> log_backward<double>;

}  // namespace SEISGRAD::reference
