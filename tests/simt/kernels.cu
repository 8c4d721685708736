#include "tests/simt/kernels.h"

#include "kernels/async_copy.cuh"
#include "kernels/simt.h"
#include "kernels/view.h"

namespace seisgrad::simt_kernels {
namespace {

template <class T>
__device__ T warp_sum(T x) {
  for (int lanes = 16; lanes > 0; lanes /= 2) x += __shfl_xor_sync(~0u, x, lanes);
  return x;
}

// One block sums one row.
template <class T>
__global__ void block_sum_kernel(const T* x, T* sums) {
  SIMT_SHARED(partial, T[32]);
  const T warp = warp_sum(x[blockIdx.x * blockDim.x + threadIdx.x]);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = warp;
  __syncthreads();
  T sum = 0;
  for (unsigned w = 0; w < blockDim.x / 32; ++w) sum += partial[w];
  if (threadIdx.x == blockDim.x - 1) sums[blockIdx.x] = sum;
}

__global__ void reverse_kernel(const float* x, float* y) {
  float* row = dynamic_shared<float>();
  const unsigned i = threadIdx.x, n = blockDim.x, start = blockIdx.x * n;
  row[i] = __ldg(x + start + i);
  __syncthreads();
  y[start + i] = row[n - 1 - i];
}

__global__ void block_order_kernel(int* order, int* tickets) {
  const unsigned number = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  order[atomicAdd(tickets, 1)] = static_cast<int>(number);
}

__global__ void thread_order_kernel(int* order, int* tickets) {
  __syncthreads();
  order[atomicAdd(tickets, 1)] = static_cast<int>(threadIdx.x);
}

template <class T>
__global__ void shuffles_kernel(T* y, int delta, int width) {
  const T lane = static_cast<T>(threadIdx.x);
  y[threadIdx.x] = __shfl_up_sync(~0u, lane, static_cast<unsigned>(delta), width);
  y[32 + threadIdx.x] = __shfl_down_sync(~0u, lane, static_cast<unsigned>(delta), width);
  y[64 + threadIdx.x] = __shfl_xor_sync(~0u, lane, delta, width);
  y[96 + threadIdx.x] = __shfl_sync(~0u, lane, delta, width);
}

__global__ void votes_kernel(const float* x, unsigned* votes) {
  const bool positive = x[threadIdx.x] > 0;
  const unsigned ballot = __ballot_sync(~0u, positive);
  const bool any = __any_sync(~0u, positive), all = __all_sync(~0u, positive);
  if (threadIdx.x != 0) return;
  votes[0] = ballot;
  votes[1] = any;
  votes[2] = all;
}

__global__ void histogram_kernel(const float* x, float* counts, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const unsigned inside = __ballot_sync(~0u, i < n);
  if (i >= n) return;
  const float value = __shfl_sync(inside, x[i], static_cast<int>(threadIdx.x));
  atomicAdd(counts + static_cast<int>(value), 1);
}

__global__ void tree_sums_kernel(const float* x, float* y, int rounds) {
  float* s = dynamic_shared<float>();
  const unsigned i = threadIdx.x, n = blockDim.x;
  for (int r = 0; r < rounds; ++r) {
    s[i] = x[r * n + i];
    __syncthreads();
    for (unsigned half = n / 2; half > 0; half /= 2) {
      if (i < half) s[i] += s[i + half];
      __syncthreads();
    }
    y[r * n + i] = s[0];
    __syncthreads();
  }
}

__global__ void pipeline_kernel(const float* x, float* y, int tiles, Pipeline how) {
  SIMT_SHARED(tile, float[2][32]);
  const unsigned i = threadIdx.x;
  const auto fetch = [&](int k) {
    cp_async<4>(&tile[k % 2][i], x + k * 32 + i);
    if (how.commit) cp_async_commit();
  };
  fetch(0);
  for (int k = 0; k < tiles; ++k) {
    if (k + 1 < tiles) fetch(k + 1);
    if (how.wait) {
      if (k + 1 < tiles || !how.wait_for_last) cp_async_wait<1>();
      else cp_async_wait<0>();
    }
    __syncwarp();
    y[k * 32 + i] = tile[k % 2][i] + tile[k % 2][(i + 1) % 32];
    __syncwarp();
  }
}

__global__ void shuffle_after_syncwarp_kernel(const float* x, float* y) {
  SIMT_SHARED(s, float[32]);
  const unsigned i = threadIdx.x;
  s[i] = x[i];
  __syncwarp();
  y[i] = __shfl_sync(~0u, x[i], static_cast<int>(i));
  y[i] += s[(i + 1) % 32];
}

__global__ void count_blocks_kernel(float* sum, bool atomically) {
  if (threadIdx.x != 0) return;
  if (atomically) atomicAdd(sum, 1);
  else *sum += 1;
}

__global__ void element_kernel(View<const float, 1> x, int64_t i, float* y) { *y = x(i); }

__device__ int recursion(int depth) {
  volatile int frame[64];
  frame[depth % 64] = depth;
  return depth == 0 ? 0 : recursion(depth - 1) + (frame[depth % 64] == depth);
}

__global__ void recurse_kernel(int depth, int* y) { *y = recursion(depth); }

__global__ void read_unwritten_shared_kernel(float* y) {
  SIMT_SHARED(s, float[64]);
  if (threadIdx.x == 0) s[0] = 1;
  __syncthreads();
  y[threadIdx.x] = s[threadIdx.x];
}

__global__ void overrun_shared_kernel(float* y, int by) {
  SIMT_SHARED(s, float[32]);
  s[static_cast<int>(threadIdx.x) + by] = 1;
  __syncwarp();
  y[threadIdx.x] = s[threadIdx.x];
}

__global__ void barrier_for_some_kernel(unsigned reached_by) {
  if (threadIdx.x >= reached_by) return;
  __syncthreads();
}

__global__ void two_barriers_kernel(unsigned first) {
  if (threadIdx.x < first) __syncthreads();
  else __syncthreads();
}

// clang-format off
__global__ void two_barriers_on_one_line_kernel(unsigned first) {
  if (threadIdx.x < first) __syncthreads(); else __syncthreads();
}
// clang-format on

__global__ void foreign_mask_kernel() { __syncwarp(1u); }

__global__ void mask_of_the_gone_kernel() {
  if (threadIdx.x == 5) return;
  __syncwarp();
}

__global__ void different_shuffles_kernel() {
  if (threadIdx.x < 16) __shfl_xor_sync(~0u, 1, 1);
  else __shfl_up_sync(~0u, 1, 1u);
}

__global__ void misaligned_copy_kernel() {
  SIMT_SHARED(s, float[8]);
  cp_async<16>(s + 1, s + 4);
}

__global__ void copy_to_global_kernel(float* x) { cp_async<4>(x, x); }

struct CountsDestruction {
  int* destroyed;
  __device__ ~CountsDestruction() { atomicAdd(destroyed, 1); }
};

__global__ void fail_between_barriers_kernel(int* destroyed, unsigned failing) {
  const CountsDestruction owned{destroyed};
  __syncthreads();
  if (threadIdx.x == failing) __syncwarp(0);
  __syncthreads();
}

__global__ void nothing() {}

__global__ void too_much_static_kernel() {
  SIMT_SHARED(a, float[12288]);
  SIMT_SHARED(b, float);
  a[0] = b = 1;
  if (a[0] != b) __syncthreads();
}

Grid one_block(int threads) { return {.blocks = 1, .threads = static_cast<unsigned>(threads)}; }

}  // namespace

template <class T>
void block_sum(const T* x, T* sums, int blocks, int threads) {
  launch({.blocks = block_counts(blocks), .threads = static_cast<unsigned>(threads)}, block_sum_kernel<T>, x, sums);
}
template void block_sum(const float*, float*, int, int);
template void block_sum(const double*, double*, int, int);
template void block_sum(const int*, int*, int, int);

void reverse(const float* x, float* y, int blocks, int n) {
  launch({.blocks = block_counts(blocks), .threads = static_cast<unsigned>(n), .shared_bytes = n * sizeof(float)},
         reverse_kernel, x, y);
}
void block_order(int* order, int* tickets, int64_t x, int64_t y, int64_t z) {
  launch({.blocks = block_counts(x, y, z), .threads = 1}, block_order_kernel, order, tickets);
}
void thread_order(int* order, int* tickets, int threads) {
  launch(one_block(threads), thread_order_kernel, order, tickets);
}

template <class T>
void shuffles(T* y, int delta, int width) {
  launch(one_block(32), shuffles_kernel<T>, y, delta, width);
}
template void shuffles(float*, int, int);
template void shuffles(double*, int, int);
template void shuffles(int*, int, int);

void votes(const float* x, unsigned* votes, int n) { launch(one_block(n), votes_kernel, x, votes); }
void histogram(const float* x, float* counts, int n) {
  launch({.blocks = block_counts(ceil_div(n, 128)), .threads = 128}, histogram_kernel, x, counts, n);
}

void tree_sums(const float* x, float* y, int rounds, int threads) {
  Grid grid = one_block(threads);
  grid.shared_bytes = threads * sizeof(float);
  launch(grid, tree_sums_kernel, x, y, rounds);
}
void pipeline(const float* x, float* y, int tiles, Pipeline how) {
  launch(one_block(32), pipeline_kernel, x, y, tiles, how);
}
void shuffle_after_syncwarp(const float* x, float* y) { launch(one_block(32), shuffle_after_syncwarp_kernel, x, y); }
void count_blocks(float* sum, int blocks, bool atomically) {
  launch({.blocks = block_counts(blocks), .threads = 32}, count_blocks_kernel, sum, atomically);
}
float element(const float* x, int64_t n, int64_t i) {
  float y = 0;
  launch(one_block(1), element_kernel, View<const float, 1>{x, {n}}, i, &y);
  return y;
}
int recurse(int depth) {
  int y = 0;
  launch(one_block(1), recurse_kernel, depth, &y);
  return y;
}

void read_unwritten_shared(float* y, int threads) { launch(one_block(threads), read_unwritten_shared_kernel, y); }
void overrun_shared(float* y, int by) { launch(one_block(32), overrun_shared_kernel, y, by); }
void barrier_for_some(int threads, int reached_by) {
  launch(one_block(threads), barrier_for_some_kernel, static_cast<unsigned>(reached_by));
}
void two_barriers(int threads, int first) {
  launch(one_block(threads), two_barriers_kernel, static_cast<unsigned>(first));
}
void two_barriers_on_one_line(int threads, int first) {
  launch(one_block(threads), two_barriers_on_one_line_kernel, static_cast<unsigned>(first));
}
void foreign_mask() { launch(one_block(32), foreign_mask_kernel); }
void mask_of_the_gone() { launch(one_block(32), mask_of_the_gone_kernel); }
void different_shuffles() { launch(one_block(32), different_shuffles_kernel); }
void misaligned_copy() { launch(one_block(1), misaligned_copy_kernel); }
void copy_to_global() {
  float x = 0;
  launch(one_block(1), copy_to_global_kernel, &x);
}
void fail_between_barriers(int* destroyed, int threads, int failing) {
  launch(one_block(threads), fail_between_barriers_kernel, destroyed, static_cast<unsigned>(failing));
}
void too_many_threads() { launch(one_block(1025), nothing); }
void too_much_shared() { launch({.blocks = 1, .threads = 1, .shared_bytes = 227 * 1024 + 1}, nothing); }
void too_much_static() { launch(one_block(1), too_much_static_kernel); }

}  // namespace seisgrad::simt_kernels
