#include "kernels/penalty.h"

#include "kernels/block_sum.cuh"
#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

using In = View<const real, 1>;
constexpr int warps_at_work = 32;

__device__ double magnitude(double w) { return fabs(w); }
__device__ double square(double w) { return w * w; }

// One block: a thread adds every 1024th term, a warp its lanes' sums as a tree, then the first warp the warps' sums.
// One, because weights are few: more blocks would need a second launch, which takes longer than reading 100 000 values.
template <double term(double)>
__global__ void penalty_kernel(In w, View<real, 1> sum) {
  SIMT_SHARED(of_warp, double[warps_at_work]);
  double s = 0;
#pragma unroll 8
  for (int64_t i = threadIdx.y * lanes + threadIdx.x; i < w.extent[0]; i += warps_at_work * lanes) s += term(w(i));
  s = over_lanes(s);
  if (threadIdx.x == 0) of_warp[threadIdx.y] = s;
  __syncthreads();
  if (threadIdx.y > 0) return;
  s = over_lanes(of_warp[threadIdx.x]);
  if (threadIdx.x == 0) sum(0) = static_cast<real>(s);
}

__device__ real d_magnitude(int64_t i, In dsum, In w) { return w(i) > 0 ? dsum(0) : w(i) < 0 ? -dsum(0) : real(0); }
__device__ real d_square(int64_t i, In dsum, In w) { return 2 * dsum(0) * w(i); }

}  // namespace

void l1_penalty(In w, View<real, 1> sum) {
  launch({.blocks = 1, .threads = {lanes, warps_at_work}}, penalty_kernel<magnitude>, w, sum);
}
void l2_penalty(In w, View<real, 1> sum) {
  launch({.blocks = 1, .threads = {lanes, warps_at_work}}, penalty_kernel<square>, w, sum);
}
void l1_penalty_backward(In dsum, In w, View<real, 1> dw) { map<d_magnitude>(dw, dsum, w); }
void l2_penalty_backward(In dsum, In w, View<real, 1> dw) { map<d_square>(dw, dsum, w); }

}  // namespace SEISGRAD::gpu
