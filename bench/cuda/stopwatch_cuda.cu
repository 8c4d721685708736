#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"
#include "kernels/simt.h"

namespace seisgrad {
namespace {

struct Event {
  Event() { cuda_check(cudaEventCreate(&event), "cudaEventCreate"); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { cudaEventDestroy(event); }
  void record() const { cuda_check(cudaEventRecord(event, device::compute_stream()), "cudaEventRecord"); }
  cudaEvent_t event = nullptr;
};

int attribute(cudaDeviceAttr which) {
  int value = 0, gpu = 0;
  cuda_check(cudaGetDevice(&gpu), "cudaGetDevice");
  cuda_check(cudaDeviceGetAttribute(&value, which, gpu), "cudaDeviceGetAttribute");
  return value;
}

double clock_hertz() { return 1e3 * attribute(cudaDevAttrClockRate); }

}  // namespace

double device_seconds(const std::function<void()>& work) {
  static const Event begin, end;
  begin.record();
  work();
  end.record();
  cuda_check(cudaEventSynchronize(end.event), "cudaEventSynchronize");
  float milliseconds = 0;
  cuda_check(cudaEventElapsedTime(&milliseconds, begin.event, end.event), "cudaEventElapsedTime");
  return 1e-3 * static_cast<double>(milliseconds);
}

void flush_l2() {
  constexpr size_t more_than_l2 = size_t(256) << 20;
  static void* const other = device::allocate(more_than_l2);
  cuda_check(cudaMemsetAsync(other, 0, more_than_l2, device::compute_stream()), "cudaMemsetAsync");
}

Roof roof() {
  const double per_clock = clock_hertz() * attribute(cudaDevAttrMultiProcessorCount);
  const int major = attribute(cudaDevAttrComputeCapabilityMajor);
  const double lanes = major >= 9 || attribute(cudaDevAttrComputeCapabilityMinor) > 0 ? 128 : 64;
  return {.strict = 2 * lanes * per_clock,
          .tf32 = (major >= 9 ? 2048 : 1024) * per_clock,
          .bytes = 2e3 * attribute(cudaDevAttrMemoryClockRate) * attribute(cudaDevAttrGlobalMemoryBusWidth) / 8,
          .l2 = static_cast<double>(attribute(cudaDevAttrL2CacheSize))};
}

std::string machine() {
  int driver = 0, runtime = 0;
  cuda_check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
  cuda_check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion");
  return device::description() + ", CUDA runtime " + std::to_string(runtime) + ", " +
         std::to_string(attribute(cudaDevAttrMultiProcessorCount)) + " multiprocessors at up to " +
         std::to_string(static_cast<int>(1e-6 * clock_hertz())) + " MHz";
}

void* kernel_stream() { return device::compute_stream(); }

}  // namespace seisgrad
