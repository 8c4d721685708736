#include "kernels/softmax.h"

#include "kernels/warp.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int threads = 128;

// `width` lanes of a warp own a row, the fewest that hold it, at most 32: lane k has its values k, k + width, ... So
// rows of a few classes keep all lanes busy, neighbours read neighbours, and the lanes need no barrier.
struct Row {
  int64_t r, lane, K;  // K: where this lane's values end; 0 past the last row
  int width;

  __device__ Row(View<const real, 2> x, int lanes_each) : width(lanes_each) {
    const int64_t thread = int64_t{blockIdx.x} * threads + threadIdx.x;
    r = thread / width, lane = thread % width, K = r < x.extent[0] ? x.extent[1] : 0;
  }
  // The sum of term(k) over the row, the same bits in all its lanes.
  template <class Term>
  __device__ real sum(Term term) const {
    real s = 0;
    for (int64_t k = lane; k < K; k += width) s += term(k);
    for (int distance = width / 2; distance > 0; distance /= 2) s += __shfl_xor_sync(all_lanes, s, distance);
    return s;
  }
  __device__ real largest(View<const real, 2> x) const {
    real m = -INFINITY;
    for (int64_t k = lane; k < K; k += width) m = x(r, k) > m ? x(r, k) : m;
    for (int distance = width / 2; distance > 0; distance /= 2) {
      const real other = __shfl_xor_sync(all_lanes, m, distance);
      m = other > m ? other : m;
    }
    return m;
  }
};

// The exponentials are taken twice: cheaper than writing them, to read them again.
template <bool logarithm>
__global__ void softmax_kernel(View<const real, 2> x, int width, View<real, 2> y) {
  const Row row(x, width);
  const real m = row.largest(x);
  const real sum = row.sum([=](int64_t k) { return exp(x(row.r, k) - m); }), log_sum = log(sum);
  for (int64_t k = row.lane; k < row.K; k += width)
    y(row.r, k) = logarithm ? x(row.r, k) - m - log_sum : exp(x(row.r, k) - m) / sum;
}

template <bool logarithm>
__global__ void softmax_backward_kernel(View<const real, 2> dy, View<const real, 2> y, int width, View<real, 2> dx) {
  const Row row(y, width);
  const real sum = row.sum([=](int64_t k) { return logarithm ? dy(row.r, k) : dy(row.r, k) * y(row.r, k); });
  for (int64_t k = row.lane; k < row.K; k += width)
    dx(row.r, k) = logarithm ? dy(row.r, k) - exp(y(row.r, k)) * sum : y(row.r, k) * (dy(row.r, k) - sum);
}

int width_for(int64_t K) {
  int width = 1;
  while (width < lanes && width < K) width *= 2;
  return width;
}
Grid grid_for(View<const real, 2> x) {
  return {.blocks = block_counts(ceil_div(x.extent[0] * width_for(x.extent[1]), threads)), .threads = threads};
}

}  // namespace

void softmax(View<const real, 2> x, View<real, 2> y) {
  launch(grid_for(x), softmax_kernel<false>, x, width_for(x.extent[1]), y);
}
void log_softmax(View<const real, 2> x, View<real, 2> y) {
  launch(grid_for(x), softmax_kernel<true>, x, width_for(x.extent[1]), y);
}
void softmax_backward(View<const real, 2> dy, View<const real, 2> y, View<real, 2> dx) {
  launch(grid_for(y), softmax_backward_kernel<false>, dy, y, width_for(y.extent[1]), dx);
}
void log_softmax_backward(View<const real, 2> dy, View<const real, 2> y, View<real, 2> dx) {
  launch(grid_for(y), softmax_backward_kernel<true>, dy, y, width_for(y.extent[1]), dx);
}

}  // namespace SEISGRAD::gpu
