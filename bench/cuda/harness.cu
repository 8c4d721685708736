#include "bench/cuda/harness.h"

#include <algorithm>

#include "kernels/device.h"
#include "kernels/simt.h"

namespace SEISGRAD {
namespace {

// A pair of CUDA events.
class Stopwatch {
 public:
  Stopwatch() {
    cuda_check(cudaEventCreate(&begin_), "cudaEventCreate");
    cuda_check(cudaEventCreate(&end_), "cudaEventCreate");
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() {
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  double seconds(const std::function<void()>& call) {
    cuda_check(cudaEventRecord(begin_), "cudaEventRecord");
    call();
    cuda_check(cudaEventRecord(end_), "cudaEventRecord");
    cuda_check(cudaEventSynchronize(end_), "cudaEventSynchronize");
    float milliseconds = 0;
    cuda_check(cudaEventElapsedTime(&milliseconds, begin_, end_), "cudaEventElapsedTime");
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

double loop_on_gpu(benchmark::State& state, const std::function<void()>& call) {
  constexpr size_t more_than_l2 = size_t(256) << 20;
  const std::shared_ptr<void> other = gpu_memory(more_than_l2);
  Stopwatch watch;
  double sum = 0;
  for (auto unused : state) {
    cuda_check(cudaMemsetAsync(other.get(), 0, more_than_l2), "cudaMemsetAsync");
    const double seconds = watch.seconds(call);
    state.SetIterationTime(seconds);
    sum += seconds;
  }
  return sum;
}

constexpr int chains = 8, steps = 4096, threads = 256;

// A thread owns `chains` independent sums in registers: no memory, so only the multiply-add units limit it.
__global__ void multiply_add_chains(float* result, float a, float b) {
  float sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = static_cast<float>(threadIdx.x + c);
  for (int i = 0; i < steps; ++i) {
#pragma unroll
    for (int c = 0; c < chains; ++c) sum[c] = fmaf(sum[c], a, b);
  }
  for (int c = 1; c < chains; ++c) sum[0] += sum[c];
  if (sum[0] == 1) result[0] = sum[0];  // never, but the compiler cannot know
}

double measure_peak() {
  cudaDeviceProp gpu{};
  cuda_check(cudaGetDeviceProperties(&gpu, 0), "cudaGetDeviceProperties");
  const int blocks = 16 * gpu.multiProcessorCount;
  const std::shared_ptr<void> result = gpu_memory(sizeof(float));
  Stopwatch watch;
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const double seconds = watch.seconds([&] {
      launch({.blocks = block_counts(blocks), .threads = threads}, multiply_add_chains,
             static_cast<float*>(result.get()), 0.999f, 0.001f);
    });
    best = std::max(best, 2.0 * chains * steps * threads * blocks / seconds);
  }
  return best;
}

}  // namespace

OnGpu::~OnGpu() {
  for (const Pair& pair : pairs_) device::release(pair.device);
}

void* OnGpu::copy_of(void* host, size_t bytes) {
  for (const Pair& pair : pairs_)
    if (pair.host == host) return pair.device;
  pairs_.push_back({host, device::allocate(bytes), bytes});
  return pairs_.back().device;
}

void OnGpu::upload() const {
  for (const Pair& pair : pairs_) device::copy_to_device(pair.device, pair.host, pair.bytes);
}
void OnGpu::download() const {
  device::synchronize();
  for (const Pair& pair : pairs_) device::copy_to_host(pair.host, pair.device, pair.bytes);
}

std::shared_ptr<void> gpu_memory(size_t bytes) { return {device::allocate(bytes), device::release}; }

double gpu_fma_peak() {
  static const double peak = measure_peak();
  return peak;
}

void register_case_on_gpu(const std::string& name, const std::function<Case()>& make) {
  const auto run = [make](benchmark::State& state) { run_checked(state, make, gpu_fma_peak(), loop_on_gpu); };
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMicrosecond)->UseManualTime();
}

}  // namespace SEISGRAD
