// The functions of simt_emulator.h that are not warp operations: a launch, shared memory, __syncthreads.
#include "kernels/simt_emulator.h"

#include <memory>
#include <numeric>
#include <vector>

#include "kernels/simt_emulator_block.h"
#include "kernels/simt_emulator_sites.h"
#include "kernels/simt_emulator_stream.h"

namespace seisgrad::simt {
namespace {

// splitmix64: unrelated streams for neighbouring seeds and blocks.
uint64_t mixed(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

std::vector<uint32_t> block_order(size_t blocks) {
  std::vector<uint32_t> order(blocks);
  std::iota(order.begin(), order.end(), 0);
  if (options.seed == 0) return order;
  uint64_t random = mixed(options.seed);
  for (size_t i = blocks; i-- > 1;) {
    random = mixed(random);
    std::swap(order[i], order[random % (i + 1)]);
  }
  return order;
}

void check_limits(dim3 blocks, dim3 threads) {
  const uint64_t n = uint64_t{threads.x} * threads.y * threads.z;
  if (n == 0 || n > 1024 || threads.z > 64)
    throw Error("a launch asks for blocks of " + std::to_string(n) + " threads; CUDA has 1 to 1024, at most 64 in z");
  if (blocks.x > 0x7fffffff || blocks.y > 65535 || blocks.z > 65535)
    throw Error("a CUDA grid has at most 2147483647 x 65535 x 65535 blocks");
}

}  // namespace

void run_grid(dim3 blocks, dim3 threads, size_t shared_bytes, void (*one_thread)(const void*), const void* call) {
  thread_local std::unique_ptr<Block> block;  // each host thread emulates by itself
  if (!block) block = std::make_unique<Block>();
  check_limits(blocks, threads);
  check_not_lost(true);
  const Launch launch{blocks, threads, shared_bytes, one_thread, call};
  block->begin(launch);
  for (const uint32_t i : block_order(size_t{blocks.x} * blocks.y * blocks.z)) {
    const uint64_t schedule = options.seed == 0 ? 0 : mixed(options.seed ^ mixed(i)) | 1;
    block->run({i % blocks.x, i / blocks.x % blocks.y, i / blocks.x / blocks.y}, schedule);
  }
  block->end();
}

void* shared_variable(const char* key, size_t bytes) {
  const sanitizer::Quiet quiet;
  return Block::running().shared().variable(key, bytes);
}

void* dynamic_shared_bytes() { return Block::running().shared().dynamic(); }

void block_barrier(Place at) {
  if (skipped(at)) return;
  Block::running().wait_for_block(at);
}

}  // namespace seisgrad::simt
