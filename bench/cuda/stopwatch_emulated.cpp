#include <chrono>

#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"

namespace seisgrad {

double device_seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void flush_l2() {}
Roof roof() { return {}; }
std::string machine() { return device::description(); }
void* kernel_stream() { return nullptr; }

}  // namespace seisgrad
