#include "kernels/avg_pool1d.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

// The samples of window m that exist.
struct Window {
  int64_t first, end;

  __device__ Window(int64_t m, Pool1d pool, int64_t L) {
    const int64_t start = m * pool.stride - pool.left;
    first = start < 0 ? 0 : start, end = start + pool.window > L ? L : start + pool.window;
  }
  __device__ real count() const { return static_cast<real>(end - first); }
};

__device__ real mean_of_window(int64_t i, View<const real, 2> x, Pool1d pool, int64_t M) {
  const Window window(i % M, pool, x.extent[1]);
  real sum = 0;
  for (int64_t l = window.first; l < window.end; ++l) sum += x(i / M, l);
  return sum / window.count();
}

// A sample gathers from the windows that cover it: no atomics, so the sum has one order.
__device__ real sum_of_shares(int64_t i, View<const real, 2> dy, Pool1d pool, int64_t L) {
  const int64_t M = dy.extent[1];
  const int64_t at = i % L + pool.left;  // position in the padded input
  const int64_t first = at < pool.window ? 0 : (at - pool.window) / pool.stride + 1;
  const int64_t last = at / pool.stride < M ? at / pool.stride : M - 1;
  real sum = 0;
  for (int64_t m = first; m <= last; ++m) sum += dy(i / L, m) / Window(m, pool, L).count();
  return sum;
}

View<const real, 2> rows_of(View<const real, 3> v) { return {v.data, {v.extent[0] * v.extent[1], v.extent[2]}}; }

}  // namespace

void avg_pool1d(View<const real, 3> x, Pool1d pool, View<real, 3> y) {
  map<mean_of_window>(y, rows_of(x), pool, y.extent[2]);
}
void avg_pool1d_backward(View<const real, 3> dy, Pool1d pool, View<real, 3> dx) {
  map<sum_of_shares>(dx, rows_of(dy), pool, dx.extent[2]);
}

}  // namespace SEISGRAD::gpu
