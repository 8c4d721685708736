#include "kernels/reduction.h"

namespace SEISGRAD::reference {

template <class T>
void sum(View<const T, 3> x, View<T, 2> y) {
  for (int64_t o = 0; o < x.extent[0]; ++o)
    for (int64_t i = 0; i < x.extent[2]; ++i) {
      y(o, i) = 0;
      for (int64_t r = 0; r < x.extent[1]; ++r) y(o, i) += x(o, r, i);
    }
}

template <class T>
void sum_backward(View<const T, 2> dy, View<T, 3> dx) {
  for (int64_t o = 0; o < dx.extent[0]; ++o)
    for (int64_t r = 0; r < dx.extent[1]; ++r)
      for (int64_t i = 0; i < dx.extent[2]; ++i) dx(o, r, i) = dy(o, i);
}

template SumOf<float> sum<float>;
template SumOf<double> sum<double>;
template SumBackwardOf<float> sum_backward<float>;
template SumBackwardOf<double> sum_backward<double>;

}  // namespace SEISGRAD::reference
