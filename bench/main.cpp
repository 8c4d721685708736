// bench_cpu: the operators on one thread of the CPU, ours and oneDNN's side by side. Options are Google Benchmark's:
//
//   bench_cpu --benchmark_filter=conv1d --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
//             --benchmark_out=conv1d.json --benchmark_out_format=json
//
// Ends with 1 if a case failed its check.
#include "bench/benches.h"
#include "bench/harness.h"
#include "kernels/parallel.h"

using namespace seisgrad;

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  set_thread_count(1);
  benchmark::AddCustomContext("measured FMA peak of one thread, GFLOP/s", std::to_string(fma_peak() * 1e-9));
  register_conv1d();
  register_conv1d_fused();
  register_max_pool1d();
  register_lstm();
  register_additive_attention();
  benchmark::RunSpecifiedBenchmarks();
  return any_case_failed() ? 1 : 0;
}
