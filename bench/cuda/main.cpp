// bench_cuda: the CUDA kernels on a GPU, ours and cuDNN's side by side. Without a GPU it says so and ends with code 77.
// Options are Google Benchmark's, as those of bench_cpu.
#include <iostream>

#include "bench/benches.h"
#include "bench/cuda/harness.h"
#include "bench/cudnn.h"
#include "kernels/device.h"

using namespace seisgrad;

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!device::available()) {
    std::cout << "SKIPPED: bench_cuda needs a GPU: " << device::description() << std::endl;
    return 77;  // what test drivers take as "skipped"
  }
  benchmark::AddCustomContext("GPU", device::description());
  benchmark::AddCustomContext("peers", cudnn::versions());
  benchmark::AddCustomContext("measured FMA peak, GFLOP/s", std::to_string(gpu_fma_peak() * 1e-9));
  register_conv1d();
  register_max_pool1d();
  register_lstm();
  register_additive_attention();
  benchmark::RunSpecifiedBenchmarks();
  return any_case_failed() ? 1 : 0;
}
