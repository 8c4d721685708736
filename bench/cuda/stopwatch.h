// Time on the device, and the limits that no time can beat. Two implementations: CUDA's, and one on the emulator, whose
// times mean nothing but which lets every bench be rehearsed without a GPU.
#pragma once
#include <functional>
#include <string>

namespace seisgrad {

// Seconds that the device takes for what `work` launches, between two CUDA events.
double device_seconds(const std::function<void()>& work);

// Puts other data into the L2 cache, in the order of kernels.
void flush_l2();

// What the data sheet's clocks allow; 0: unknown.
struct Roof {
  double strict = 0, tf32 = 0;  // FLOP/s: fused multiply-adds of float32, tensor cores in tf32
  double bytes = 0;             // a second, of the GPU's memory
  double l2 = 0;                // bytes that a call may leave in the cache instead of in memory
};
Roof roof();

// Versions of driver and runtime, multiprocessors, clocks.
std::string machine();

// The stream that kernels run on (a cudaStream_t), for libraries; null on the emulator.
void* kernel_stream();

}  // namespace seisgrad
