#include "kernels/dropout.h"

namespace SEISGRAD::reference {

template <class T>
void dropout(View<const T, 2> x, Dropout how, View<T, 2> y) {
  const RandomKey key = how.key_now();
  for (int64_t e = 0; e < x.extent[0]; ++e) {
    const bool keep = random_word(key, static_cast<uint64_t>(e)) >= how.threshold();
    const T factor = keep ? static_cast<T>(1 / (1 - how.p)) : T(0);
    for (int64_t l = 0; l < x.extent[1]; ++l) y(e, l) = x(e, l) * factor;
  }
}

template DropoutOf<float> dropout<float>;
template DropoutOf<double> dropout<double>;

}  // namespace SEISGRAD::reference
