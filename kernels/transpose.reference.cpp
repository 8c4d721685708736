#include "kernels/transpose.h"

namespace SEISGRAD::reference {

template <class T>
void transpose(View<const T, 3> x, View<T, 3> y) {
  for (int64_t n = 0; n < x.extent[0]; ++n)
    for (int64_t r = 0; r < x.extent[1]; ++r)
      for (int64_t c = 0; c < x.extent[2]; ++c) y(n, c, r) = x(n, r, c);
}

template TransposeOf<float> transpose<float>;
template TransposeOf<double> transpose<double>;

}  // namespace SEISGRAD::reference
