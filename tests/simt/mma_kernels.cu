#include "kernels/mma.cuh"
#include "tests/simt/kernels.h"

namespace seisgrad::simt_kernels {
namespace {

__global__ void tensor_core_kernel(const uint32_t* a, const uint32_t* b, float* c) {
  const unsigned lane = threadIdx.x;
  const uint32_t as[4] = {a[4 * lane], a[4 * lane + 1], a[4 * lane + 2], a[4 * lane + 3]};
  const uint32_t bs[2] = {b[2 * lane], b[2 * lane + 1]};
  float cs[4] = {c[4 * lane], c[4 * lane + 1], c[4 * lane + 2], c[4 * lane + 3]};
  mma_tf32(cs, as, bs);
  for (int i = 0; i < 4; ++i) c[4 * lane + i] = cs[i];
}

template <Precision P>
__global__ void product_kernel(const float* a, const float* b, float* c, int K) {
  const int g = static_cast<int>(threadIdx.x) / 4, t = static_cast<int>(threadIdx.x) % 4;
  float sum[4] = {};
  for (int k = 0; k < K; k += 8) {
    MmaFragment<P, 4> as;
    MmaFragment<P, 2> bs;
    for (int i = 0; i < 4; ++i) as.set(i, a[(g + 8 * (i % 2)) * K + k + t + 4 * (i / 2)]);
    for (int i = 0; i < 2; ++i) bs.set(i, b[(k + t + 4 * i) * 8 + g]);
    mma<P>(sum, as, bs);
  }
  for (int i = 0; i < 4; ++i) c[(g + 8 * (i / 2)) * 8 + 2 * t + i % 2] = sum[i];
}

}  // namespace

void tensor_core(const uint32_t* a, const uint32_t* b, float* c, int lanes) {
  launch({.blocks = 1, .threads = static_cast<unsigned>(lanes)}, tensor_core_kernel, a, b, c);
}
void product(Precision precision, const float* a, const float* b, float* c, int K) {
  launch({.blocks = 1, .threads = 32},
         precision == Precision::tf32 ? product_kernel<Precision::tf32> : product_kernel<Precision::tf32x3>, a, b, c,
         K);
}

}  // namespace seisgrad::simt_kernels
