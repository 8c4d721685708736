#include "kernels/concat.h"

namespace SEISGRAD::reference {

template <class T>
void concat_part(View<const T, 2> part, int64_t first, View<T, 2> whole) {
  for (int64_t r = 0; r < part.extent[0]; ++r)
    for (int64_t j = 0; j < part.extent[1]; ++j) whole(r, first + j) = part(r, j);
}

template ConcatPartOf<float> concat_part<float>;
template ConcatPartOf<double> concat_part<double>;

}  // namespace SEISGRAD::reference
