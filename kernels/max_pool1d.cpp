#include "kernels/max_pool1d.h"

#include <algorithm>

#include "kernels/max_pool1d.simd.h"
#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

// The earliest largest of row[begin..end), a NaN counting as largest.
int64_t winner(const real* row, int64_t begin, int64_t end) {
  int64_t best = begin;
  for (int64_t l = begin + 1; l < end; ++l)
    if (!(row[l] <= row[best]) && row[best] == row[best]) best = l;
  return best;
}

// Nearly every pool of the models: pairs without overlap. So many of a row's windows are whole.
int64_t whole_pairs(Pool1d pool, int64_t windows, int64_t length) {
  return pool.window == 2 && pool.stride == 2 && pool.left == 0 ? std::min(windows, length / 2) : 0;
}

}  // namespace

void max_pool1d(View<const real, 3> x, Pool1d pool, View<real, 3> y, View<int32_t, 3> argmax) {
  const int64_t L = x.extent[2], M = y.extent[2], pairs = whole_pairs(pool, M, L);
  parallel_for(x.extent[0], [&](int64_t n) {
    for (int64_t c = 0; c < x.extent[1]; ++c) {
      const real* row = x.data + x.offset(n, c, 0);
      const int64_t out = (n * x.extent[1] + c) * M;
      SIMD_BEST(pairs_loop)(row, y.data + out, argmax.data + out, pairs);
      for (int64_t m = pairs; m < M; ++m) {
        const int64_t start = m * pool.stride - pool.left;
        const int64_t best = winner(row, std::max<int64_t>(start, 0), std::min(start + pool.window, L));
        y.data[out + m] = row[best];
        argmax.data[out + m] = static_cast<int32_t>(best);
      }
    }
  });
}

void max_pool1d_backward(View<const real, 3> dy, View<const int32_t, 3> argmax, Pool1d pool, View<real, 3> dx) {
  const int64_t C = dy.extent[1], M = dy.extent[2], L = dx.extent[2], pairs = whole_pairs(pool, M, L);
  parallel_for(dy.extent[0], [&](int64_t n) {
    for (int64_t row = n * C; row < (n + 1) * C; ++row) {
      real* const to = dx.data + row * L;
      SIMD_BEST(pairs_backward_loop)(dy.data + row * M, argmax.data + row * M, to, pairs);
      std::fill(to + 2 * pairs, to + L, real(0));
      for (int64_t m = row * M + pairs; m < (row + 1) * M; ++m) to[argmax.data[m]] += dy.data[m];
    }
  });
}

}  // namespace SEISGRAD::cpu
