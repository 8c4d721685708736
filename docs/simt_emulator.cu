// The program of docs/simt_emulator.md: 64 CUDA threads add the numbers 0 to 63 in shared memory, which makes 2016.
//   sum [SEED [LINE]]    SEED is the order of the threads, LINE a barrier to leave out
#include <cstdio>
#include <cstdlib>

#include "kernels/simt.h"

__global__ void sum_kernel(const float* x, float* sum) {
  SIMT_SHARED(s, float[64]);
  const unsigned i = threadIdx.x;
  s[i] = x[i];
  __syncthreads();
  for (unsigned half = 32; half > 0; half /= 2) {
    if (i < half) s[i] += s[i + half];
    __syncthreads();
  }
  if (i == 0) *sum = s[0];
}

int main(int argc, char** argv) {
  using namespace seisgrad;
  if (argc > 1) simt::options.seed = std::strtoul(argv[1], nullptr, 10);
  if (argc > 2) simt::options.skip = {.file = "simt_emulator.cu", .line = unsigned(std::atoi(argv[2]))};

  float x[64], sum;
  for (int i = 0; i < 64; ++i) x[i] = static_cast<float>(i);
  launch({.blocks = 1, .threads = 64}, sum_kernel, x, &sum);
  std::printf("%g\n", sum);
  for (const simt::Site& barrier : simt::barrier_sites()) std::printf("barrier at line %u\n", barrier.line);
  return sum == 2016 ? 0 : 1;
}
