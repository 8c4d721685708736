#include "kernels/device.h"

#include "kernels/simt.h"

#ifdef __CUDACC__

namespace seisgrad::device {
namespace {

// The number of GPUs, or why it is not known. (Without a driver CUDA leaves the number untouched.)
cudaError_t count(int& gpus) {
  gpus = 0;
  return cudaGetDeviceCount(&gpus);
}

std::string version(int v) { return std::to_string(v / 1000) + "." + std::to_string(v % 1000 / 10); }

}  // namespace

bool available() {
  static const bool found = [] {
    int gpus;
    return count(gpus) == cudaSuccess && gpus > 0;
  }();
  return found;
}

bool emulated() { return false; }

std::string description() {
  int gpus;
  if (const cudaError_t status = count(gpus); status != cudaSuccess)
    return std::string("no GPU: ") + cudaGetErrorString(status);
  if (gpus == 0) return "no GPU in this machine";
  int current = 0, driver = 0;
  cudaDeviceProp gpu{};
  cuda_check(cudaGetDevice(&current), "cudaGetDevice");
  cuda_check(cudaGetDeviceProperties(&gpu, current), "cudaGetDeviceProperties");
  cuda_check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
  return std::string(gpu.name) + ", compute capability " + std::to_string(gpu.major) + "." + std::to_string(gpu.minor) +
         ", driver for CUDA " + version(driver);
}

void* allocate(size_t bytes) {
  void* memory = nullptr;
  if (bytes > 0) cuda_check(cudaMalloc(&memory, bytes), ("cudaMalloc of " + std::to_string(bytes) + " bytes").c_str());
  return memory;
}

// An error here is one of an earlier kernel, which the next synchronize() reports.
void release(void* memory) noexcept { cudaFree(memory); }

void copy_to_device(void* destination, const void* source, size_t bytes) {
  cuda_check(cudaMemcpy(destination, source, bytes, cudaMemcpyHostToDevice), "cudaMemcpy to the device");
}
void copy_to_host(void* destination, const void* source, size_t bytes) {
  cuda_check(cudaMemcpy(destination, source, bytes, cudaMemcpyDeviceToHost), "cudaMemcpy to the host");
}
void copy_on_device(void* destination, const void* source, size_t bytes) {
  cuda_check(cudaMemcpy(destination, source, bytes, cudaMemcpyDeviceToDevice), "cudaMemcpy on the device");
  synchronize();  // this kind alone returns early
}

void synchronize() { cuda_check(cudaDeviceSynchronize(), "cudaDeviceSynchronize"); }

}  // namespace seisgrad::device

#else

#include <cstring>
#include <new>

namespace seisgrad::device {
namespace {
constexpr std::align_val_t line{256};
}

bool available() { return true; }
bool emulated() { return true; }
std::string description() { return "emulated on the CPU by the SIMT emulator"; }

void* allocate(size_t bytes) {
  if (bytes == 0) return nullptr;
  void* memory = operator new(bytes, line);
  std::memset(memory, 0xff, bytes);  // NaN: an output that no thread wrote shows
  return memory;
}
void release(void* memory) noexcept { operator delete(memory, line); }

void copy_to_device(void* destination, const void* source, size_t bytes) {
  if (bytes > 0) std::memcpy(destination, source, bytes);
}
void copy_to_host(void* destination, const void* source, size_t bytes) { copy_to_device(destination, source, bytes); }
void copy_on_device(void* destination, const void* source, size_t bytes) { copy_to_device(destination, source, bytes); }

void synchronize() {}

}  // namespace seisgrad::device

#endif
