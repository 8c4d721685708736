#include "kernels/max_pool1d.h"

#include "kernels/simt.h"

namespace SEISGRAD::gpu {
namespace {

// One thread per output sample.
__global__ void max_pool1d_kernel(View<const real, 3> x, Pool1d pool, View<real, 3> y, View<int32_t, 3> argmax) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= y.size()) return;
  const int64_t L = x.extent[2], M = y.extent[2];
  const real* row = x.data + i / M * L;
  const int64_t start = i % M * pool.stride - pool.left;
  const int64_t begin = start < 0 ? 0 : start, end = start + pool.window > L ? L : start + pool.window;

  int64_t best = begin;
  for (int64_t l = begin + 1; l < end; ++l)
    if (!(row[l] <= row[best]) && row[best] == row[best]) best = l;  // larger, or the first NaN
  y.data[i] = row[best];
  argmax.data[i] = static_cast<int32_t>(best);
}

// One thread per input sample, which gathers from the windows that cover it: no atomics, so the sum has one order.
__global__ void max_pool1d_backward_kernel(View<const real, 3> dy, View<const int32_t, 3> argmax, Pool1d pool,
                                           View<real, 3> dx) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= dx.size()) return;
  const int64_t L = dx.extent[2], M = dy.extent[2], l = i % L, row = i / L * M;
  const int64_t at = l + pool.left;  // position in the padded input
  const int64_t first = at < pool.window ? 0 : (at - pool.window) / pool.stride + 1;
  const int64_t last = at / pool.stride < M ? at / pool.stride : M - 1;

  real sum = 0;
  for (int64_t m = first; m <= last; ++m)
    if (argmax.data[row + m] == l) sum += dy.data[row + m];
  dx.data[i] = sum;
}

}  // namespace

void max_pool1d(View<const real, 3> x, Pool1d pool, View<real, 3> y, View<int32_t, 3> argmax) {
  launch(one_thread_each(y.size()), max_pool1d_kernel, x, pool, y, argmax);
}

void max_pool1d_backward(View<const real, 3> dy, View<const int32_t, 3> argmax, Pool1d pool, View<real, 3> dx) {
  launch(one_thread_each(dx.size()), max_pool1d_backward_kernel, dy, argmax, pool, dx);
}

}  // namespace SEISGRAD::gpu
