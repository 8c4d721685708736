#include "kernels/padding.h"

namespace SEISGRAD::reference {

template <class T>
void pad(View<const T, 2> x, int64_t left, T value, View<T, 2> y) {
  for (int64_t r = 0; r < y.extent[0]; ++r)
    for (int64_t m = 0; m < y.extent[1]; ++m) {
      const int64_t l = m - left;
      y(r, m) = l >= 0 && l < x.extent[1] ? x(r, l) : value;
    }
}

template <class T>
void crop(View<const T, 2> x, int64_t left, View<T, 2> y) {
  for (int64_t r = 0; r < y.extent[0]; ++r)
    for (int64_t l = 0; l < y.extent[1]; ++l) y(r, l) = x(r, left + l);
}

template PadOf<float> pad<float>;
template PadOf<double> pad<double>;
template CropOf<float> crop<float>;
template CropOf<double> crop<double>;

}  // namespace SEISGRAD::reference
