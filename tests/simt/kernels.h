// Small kernels that try every word of kernels/simt.h, some of them wrong on purpose. For the emulator: the pointers
// are the host's.
#pragma once
#include <cstdint>

#include "kernels/precision.h"

namespace seisgrad::simt_kernels {

// sums[b] = sum of row b of x (blocks, threads), by shuffles and a shared array. For float, double and int.
template <class T>
void block_sum(const T* x, T* sums, int blocks, int threads);

// y[i] = x[n-1-i] in blocks of n, through dynamic shared memory.
void reverse(const float* x, float* y, int blocks, int n);

// order[k] = number of the block that took ticket k; one thread a block.
void block_order(int* order, int* tickets, int64_t x, int64_t y, int64_t z);

// order[k] = number of the thread that took ticket k, after a barrier.
void thread_order(int* order, int* tickets, int threads);

// Rows of 32: what lane l gets from each of the four shuffles (up, down, xor, idx) of the lane number.
template <class T>
void shuffles(T* y, int delta, int width);

// votes[0..2]: ballot, any, all of x[l] > 0, by a warp of n lanes.
void votes(const float* x, unsigned* votes, int n);

// counts[k] = how many x are k. Lanes past n leave early, so the last warp diverges.
void histogram(const float* x, float* counts, int n);

// y[r,i] = sum of row r of x (rounds, threads), for every i; one block, a tree in shared memory, three barriers.
void tree_sums(const float* x, float* y, int rounds, int threads);

// y[i] = x[i] + x[i+1], cyclic in each tile of 32: a warp fetches tile k+1 asynchronously while it adds in tile k.
struct Pipeline {
  bool commit = true, wait = true, wait_for_last = true;
};
void pipeline(const float* x, float* y, int tiles, Pipeline how = {});

// y[i] = x[i] + x[i+1], cyclic in 32, through shared memory with a __syncwarp that the shuffle after it hides.
void shuffle_after_syncwarp(const float* x, float* y);

// *sum = number of blocks, if no two of them add at once.
void count_blocks(float* sum, int blocks, bool atomically);

// One tensor-core product of a warp's registers: a (lanes,4), b (lanes,2), c (lanes,4) += ab.
void tensor_core(const uint32_t* a, const uint32_t* b, float* c, int lanes);
// c (16,8) = a (16,K) b (K,8) by one warp; K a multiple of 8, precision not strict.
void product(Precision precision, const float* a, const float* b, float* c, int K);

// x[i] of a view of n elements.
float element(const float* x, int64_t n, int64_t i);

// Calls itself `depth` times.
int recurse(int depth);

void read_unwritten_shared(float* y, int threads);
void overrun_shared(float* y, int by);
void barrier_for_some(int threads, int reached_by);  // the others return
void two_barriers(int threads, int first);           // the others wait at the second
void two_barriers_on_one_line(int threads, int first);
void foreign_mask();
void mask_of_the_gone();
void different_shuffles();
void misaligned_copy();
void copy_to_global();
void fail_between_barriers(int* destroyed, int threads, int failing);
void too_many_threads();
void too_much_shared();
void too_much_static();

}  // namespace seisgrad::simt_kernels
