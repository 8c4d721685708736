#include "kernels/upsample1d.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

__device__ real repeated(int64_t i, View<const real, 1> x, int64_t factor) { return x(i / factor); }

// Neighbouring threads read neighbouring runs of `factor` values: together all of every line they fetch.
__device__ real sum_of_copies(int64_t i, View<const real, 1> dy, int64_t factor) {
  real sum = dy(i * factor);
  for (int64_t k = 1; k < factor; ++k) sum += dy(i * factor + k);
  return sum;
}

}  // namespace

void upsample1d(View<const real, 1> x, int64_t factor, View<real, 1> y) { map<repeated>(y, x, factor); }
void upsample1d_backward(View<const real, 1> dy, int64_t factor, View<real, 1> dx) {
  map<sum_of_copies>(dx, dy, factor);
}

}  // namespace SEISGRAD::gpu
