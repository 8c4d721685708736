#include "kernels/normalise_windows.h"

#include "kernels/block_sum.cuh"

namespace SEISGRAD::gpu {
namespace {

// A channel of a window. Each thread of the block has every 256th sample and reads back from y what it wrote itself, so
// the passes need no barrier between them.
struct Channel {
  const real* x;
  real* y;
  int64_t L;
  WindowOptions options;

  template <class F>
  __device__ void for_own(int64_t end, F body) const {
    for (int64_t l = threadIdx.x; l < end; l += block) body(l);
  }
  __device__ double taper(int64_t l) const {
    const int64_t count = options.tapered(), from_end = options.filled - 1 - l, at = l < from_end ? l : from_end;
    return at < count ? 0.5 * (1 - cospi(double(at) / double(count))) : 1.0;
  }
  __device__ void finish(double divisor) const {
    for_own(L, [&](int64_t l) {
      real v = l < options.filled ? y[l] : real(0);
      if (divisor != 0) v = static_cast<real>(v / divisor);
      y[l] = options.taper > 0 && l < options.filled ? v * static_cast<real>(taper(l)) : v;
    });
  }
};

// A block owns a window. One block a channel would have no common deviation to divide by.
__global__ void normalise_windows_kernel(View<const real, 3> x, WindowOptions options, View<real, 3> y) {
  SIMT_SHARED(sums, double[warps]);
  SIMT_SHARED(sizes, double[warps]);
  const int64_t C = x.extent[1], L = x.extent[2], filled = options.filled;
  const auto channel = [&](int64_t c) {
    const int64_t at = (blockIdx.x * C + c) * L;
    return Channel{x.data + at, y.data + at, L, options};
  };
  double joint = 0;
  for (int64_t c = 0; c < C; ++c) {
    const Channel mine = channel(c);
    double sum = 0, squares = 0, largest = -INFINITY;
    mine.for_own(filled, [&](int64_t l) { sum += mine.x[l]; });
    const double mean = over_block(sum, sums) / static_cast<double>(filled);
    mine.for_own(filled, [&](int64_t l) {
      const real v = static_cast<real>(mine.x[l] - mean);
      mine.y[l] = v;
      squares += double(v) * v;
      largest = Largest{}(largest, v);
    });
    if (options.scale == WindowScale::max_per_channel) {
      mine.finish(over_block(largest, sizes, Largest{}));
    } else {
      squares = over_block(squares, sizes);
      joint += squares;
      if (options.scale == WindowScale::std_per_channel) mine.finish(sqrt(squares / static_cast<double>(filled)));
    }
  }
  if (options.scale != WindowScale::std_joint) return;
  const double divisor = C * filled > 1 ? sqrt(joint / static_cast<double>(C * filled - 1)) : 0;
  for (int64_t c = 0; c < C; ++c) channel(c).finish(divisor);
}

}  // namespace

void normalise_windows(View<const real, 3> x, WindowOptions options, View<real, 3> y) {
  launch({.blocks = block_counts(x.extent[0]), .threads = block}, normalise_windows_kernel, x, options, y);
}

}  // namespace SEISGRAD::gpu
