#include "kernels/upsample1d.h"

namespace SEISGRAD::reference {

template <class T>
void upsample1d(View<const T, 1> x, int64_t factor, View<T, 1> y) {
  for (int64_t i = 0; i < x.size(); ++i)
    for (int64_t k = 0; k < factor; ++k) y(i * factor + k) = x(i);
}

template <class T>
void upsample1d_backward(View<const T, 1> dy, int64_t factor, View<T, 1> dx) {
  for (int64_t i = 0; i < dx.size(); ++i) {
    T sum = dy(i * factor);
    for (int64_t k = 1; k < factor; ++k) sum += dy(i * factor + k);
    dx(i) = sum;
  }
}

template Upsample1dOf<float> upsample1d<float>;
template Upsample1dOf<double> upsample1d<double>;
template Upsample1dBackwardOf<float> upsample1d_backward<float>;
template Upsample1dBackwardOf<double> upsample1d_backward<double>;

}  // namespace SEISGRAD::reference
