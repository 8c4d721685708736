#include "kernels/linear.h"

namespace SEISGRAD::reference {

template <class T>
void linear(View<const T, 2> x, View<const T, 2> w, View<const T, 1> b, Precision, View<T, 2> y) {
  const auto [R, O] = y.extent;
  for (int64_t r = 0; r < R; ++r)
    for (int64_t o = 0; o < O; ++o) {
      T sum = b.data ? b(o) : T(0);
      for (int64_t i = 0; i < x.extent[1]; ++i) sum += w(o, i) * x(r, i);
      y(r, o) = sum;
    }
}

template <class T>
void linear_backward_data(View<const T, 2> dy, View<const T, 2> w, Precision, View<T, 2> dx) {
  const auto [R, I] = dx.extent;
  for (int64_t r = 0; r < R; ++r)
    for (int64_t i = 0; i < I; ++i) {
      T sum = 0;
      for (int64_t o = 0; o < w.extent[0]; ++o) sum += dy(r, o) * w(o, i);
      dx(r, i) = sum;
    }
}

template <class T>
void linear_backward_weight(View<const T, 2> dy, View<const T, 2> x, Precision, View<T, 2> dw) {
  const auto [O, I] = dw.extent;
  for (int64_t o = 0; o < O; ++o)
    for (int64_t i = 0; i < I; ++i) {
      T sum = 0;
      for (int64_t r = 0; r < x.extent[0]; ++r) sum += dy(r, o) * x(r, i);
      dw(o, i) = sum;
    }
}

template <class T>
void linear_backward_bias(View<const T, 2> dy, View<T, 1> db) {
  for (int64_t o = 0; o < dy.extent[1]; ++o) {
    db(o) = 0;
    for (int64_t r = 0; r < dy.extent[0]; ++r) db(o) += dy(r, o);
  }
}

template LinearOf<float> linear<float>;
template LinearOf<double> linear<double>;
template LinearBackwardDataOf<float> linear_backward_data<float>;
template LinearBackwardDataOf<double> linear_backward_data<double>;
template LinearBackwardWeightOf<float> linear_backward_weight<float>;
template LinearBackwardWeightOf<double> linear_backward_weight<double>;
template LinearBackwardBiasOf<float> linear_backward_bias<float>;
template LinearBackwardBiasOf<double> linear_backward_bias<double>;

}  // namespace SEISGRAD::reference
