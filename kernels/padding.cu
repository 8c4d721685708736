#include "kernels/padding.h"

#include "kernels/map.cuh"

namespace SEISGRAD::gpu {
namespace {

__device__ real padded(int64_t i, View<const real, 2> x, int64_t left, real value, int64_t M) {
  const int64_t l = i % M - left;
  return 0 <= l && l < x.extent[1] ? x(i / M, l) : value;
}

__device__ real cropped(int64_t i, View<const real, 2> x, int64_t left, int64_t M) { return x(i / M, left + i % M); }

}  // namespace

void pad(View<const real, 2> x, int64_t left, real value, View<real, 2> y) {
  map<padded>(y, x, left, value, y.extent[1]);
}
void crop(View<const real, 2> x, int64_t left, View<real, 2> y) { map<cropped>(y, x, left, y.extent[1]); }

}  // namespace SEISGRAD::gpu
