#include "kernels/max_pool1d.h"

namespace SEISGRAD::reference {

template <class T>
void max_pool1d(View<const T, 3> x, Pool1d pool, View<T, 3> y, View<int32_t, 3> argmax) {
  const auto [N, C, L] = x.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t m = 0; m < y.extent[2]; ++m) {
        int64_t best = -1;
        for (int64_t k = 0; k < pool.window; ++k) {
          const int64_t l = m * pool.stride - pool.left + k;
          if (l < 0 || l >= L) continue;
          // not (x <= best): true for a larger value and for a NaN, unless the best is one already
          if (best < 0 || (!(x(n, c, l) <= x(n, c, best)) && x(n, c, best) == x(n, c, best))) best = l;
        }
        y(n, c, m) = x(n, c, best);
        argmax(n, c, m) = static_cast<int32_t>(best);
      }
}

template <class T>
void max_pool1d_backward(View<const T, 3> dy, View<const int32_t, 3> argmax, Pool1d, View<T, 3> dx) {
  const auto [N, C, M] = dy.extent;
  for (int64_t i = 0; i < dx.size(); ++i) dx.data[i] = 0;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t m = 0; m < M; ++m) dx(n, c, argmax(n, c, m)) += dy(n, c, m);
}

template MaxPool1dOf<float> max_pool1d<float>;
template MaxPool1dOf<double> max_pool1d<double>;
template MaxPool1dBackwardOf<float> max_pool1d_backward<float>;
template MaxPool1dBackwardOf<double> max_pool1d_backward<double>;

}  // namespace SEISGRAD::reference
