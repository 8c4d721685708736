// simt: the one switch between nvcc and every other compiler. A .cu file includes this header, keeps to the words
// below and launches with launch(); nvcc compiles it for the GPU, any C++20 compiler compiles the same file against
// the emulator (docs/simt_emulator.md), which runs, tests and single-steps it on a CPU.
//
//   __global__ __device__ __host__ __forceinline__ __launch_bounds__ __grid_constant__
//   threadIdx blockIdx blockDim gridDim
//   SIMT_SHARED(tile, float[32][33]);       a static __shared__ array, at most 48 KiB of them in a block
//   float* row = dynamic_shared<float>();   the launch's Grid::shared_bytes; static and dynamic at most 227 KiB
//   __syncthreads __syncwarp   __shfl_sync __shfl_xor_sync __shfl_up_sync __shfl_down_sync
//   __ballot_sync __any_sync __all_sync   atomicAdd   __ldg   float2 float4 double2 and their make_   #pragma unroll
//   the functions of <math.h> and cospi: exp, not std::exp; fmax, not max, for real numbers; min and max for whole ones
//
// Every __syncthreads is reached by all threads of the block, none of which has returned before, and every warp
// operation at one place of the source by all lanes of its mask. The emulator throws where this does not hold.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include "kernels/round_up.h"

#ifdef __CUDACC__
#include <cuda_runtime.h>

#include "kernels/cuda_check.h"
#else
#include "kernels/simt_emulator.h"
#include "kernels/simt_emulator_stream.h"
#endif

namespace seisgrad {

// {.blocks = block_counts(ceil_div(L, 128), C, N), .threads = 128, .shared_bytes = 4096}
struct Grid {
  dim3 blocks, threads;
  size_t shared_bytes = 0;
};

// dim3 cuts 64-bit sizes to 32 bits without a word; this throws std::length_error when CUDA has no such grid.
inline dim3 block_counts(int64_t x, int64_t y = 1, int64_t z = 1) {
  if (x < 0 || y < 0 || z < 0 || x > 0x7fffffff || y > 65535 || z > 65535)
    throw std::length_error("a CUDA grid has at most 2147483647 x 65535 x 65535 blocks");
  return dim3(static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z));
}

// One thread for each of n elements; the kernel returns where its number is n or more.
inline Grid one_thread_each(int64_t n) { return {.blocks = block_counts(ceil_div(n, 256)), .threads = 256}; }

#ifdef __CUDACC__

namespace device {
cudaStream_t compute_stream();  // where every kernel runs; not the default stream, which CUDA cannot record
}

// As an alias, because `__shared__ float[32] tile` is no declaration.
#define SIMT_SHARED(name, ...) __shared__ std::type_identity_t<__VA_ARGS__> name

// The block's dynamic shared memory, aligned to 16 bytes.
template <class T>
__device__ T* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char simt_dynamic_shared[];
  return reinterpret_cast<T*>(simt_dynamic_shared);
}

#else

// The block's dynamic shared memory, aligned to 16 bytes.
template <class T>
T* dynamic_shared() {
  return static_cast<T*>(simt::dynamic_shared_bytes());
}

#endif

// Runs kernel(args...) on each thread of the grid, after all launches before it. A grid without blocks is no work.
template <class... Parameters>
void launch(Grid grid, void (*kernel)(Parameters...), std::type_identity_t<Parameters>... args) {
  if (grid.blocks.x == 0 || grid.blocks.y == 0 || grid.blocks.z == 0) return;
#ifdef __CUDACC__
  if (grid.shared_bytes > 48 * 1024)  // more than every GPU grants unasked
    cuda_check(
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(grid.shared_bytes)),
        "cudaFuncSetAttribute");
  kernel<<<grid.blocks, grid.threads, grid.shared_bytes, device::compute_stream()>>>(args...);
  cuda_check(cudaGetLastError(), "kernel launch");
#else
  const auto all_threads = [=] {
    const auto one_thread = [&] { kernel(args...); };
    simt::run_grid(
        grid.blocks, grid.threads, grid.shared_bytes,
        [](const void* call) { (*static_cast<decltype(one_thread)*>(call))(); }, &one_thread);
  };
  simt::keeps_work() ? simt::give(device::Stream::compute, all_threads) : all_threads();
#endif
}

}  // namespace seisgrad
