#include "kernels/padding.h"

#include "kernels/copy_rows.h"

namespace SEISGRAD::cpu {

void pad(View<const real, 2> x, int64_t left, real value, View<real, 2> y) {
  const int64_t L = x.extent[1], M = y.extent[1];
  for (int64_t r = 0; r < y.extent[0]; ++r) {
    std::fill_n(y.data + r * M, left, value);
    std::fill_n(y.data + r * M + left + L, M - left - L, value);
  }
  copy_rows(x.data, L, y.data + left, M, L, y.extent[0]);
}

void crop(View<const real, 2> x, int64_t left, View<real, 2> y) {
  copy_rows(x.data + left, x.extent[1], y.data, y.extent[1], y.extent[1], y.extent[0]);
}

}  // namespace SEISGRAD::cpu
