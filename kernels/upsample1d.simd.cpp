#include "kernels/upsample1d.simd.h"

#include "kernels/simd_pairs.h"

namespace SEISGRAD::SIMD {

void twice_loop(const real* x, real* y, int64_t n) {
  int64_t i = 0;
  for (; i + width <= n; i += width) {
    const Vec v = load(x + i);
    store(y + 2 * i, Pairs::lows(v, v));
    store(y + 2 * i + width, Pairs::highs(v, v));
  }
  for (; i < n; ++i) y[2 * i] = y[2 * i + 1] = x[i];
}

}  // namespace SEISGRAD::SIMD
