#include <algorithm>

#include "kernels/avg_pool1d.h"

namespace SEISGRAD::reference {

template <class T>
void avg_pool1d(View<const T, 3> x, Pool1d pool, View<T, 3> y) {
  const auto [N, C, L] = x.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t m = 0; m < y.extent[2]; ++m) {
        const int64_t start = m * pool.stride - pool.left;
        const int64_t first = std::max<int64_t>(start, 0), end = std::min(start + pool.window, L);
        T sum = 0;
        for (int64_t l = first; l < end; ++l) sum += x(n, c, l);
        y(n, c, m) = sum / static_cast<T>(end - first);
      }
}

template <class T>
void avg_pool1d_backward(View<const T, 3> dy, Pool1d pool, View<T, 3> dx) {
  const auto [N, C, L] = dx.extent;
  for (int64_t i = 0; i < dx.size(); ++i) dx.data[i] = 0;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t m = 0; m < dy.extent[2]; ++m) {
        const int64_t start = m * pool.stride - pool.left;
        const int64_t first = std::max<int64_t>(start, 0), end = std::min(start + pool.window, L);
        const T share = dy(n, c, m) / static_cast<T>(end - first);
        for (int64_t l = first; l < end; ++l) dx(n, c, l) += share;
      }
}

template AvgPool1dOf<float> avg_pool1d<float>;
template AvgPool1dOf<double> avg_pool1d<double>;
template AvgPool1dBackwardOf<float> avg_pool1d_backward<float>;
template AvgPool1dBackwardOf<double> avg_pool1d_backward<double>;

}  // namespace SEISGRAD::reference
