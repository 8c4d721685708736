#include "kernels/transpose.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace SEISGRAD::cpu {

// Square tiles: a tile's rows and columns, 16 values each, stay in the first-level cache, so every line of memory is
// fetched once. Row by row over a whole matrix would touch a new line of y for each value.
void transpose(View<const real, 3> x, View<real, 3> y) {
  constexpr int64_t tile = 16;
  const int64_t R = x.extent[1], C = x.extent[2], bands = (R + tile - 1) / tile;
  parallel_for(x.extent[0] * bands, [&](int64_t task) {
    const int64_t n = task / bands, r0 = task % bands * tile, r1 = std::min(r0 + tile, R);
    const real* from = x.data + n * R * C;
    real* to = y.data + n * R * C;
    for (int64_t c0 = 0; c0 < C; c0 += tile)
      for (int64_t c = c0; c < std::min(c0 + tile, C); ++c)
        for (int64_t r = r0; r < r1; ++r) to[c * R + r] = from[r * C + c];
  });
}

}  // namespace SEISGRAD::cpu
