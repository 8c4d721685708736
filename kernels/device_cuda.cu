// The machine under device.cu as CUDA has it. For nvcc alone.
#include "kernels/cuda_check.h"
#include "kernels/device_machine.h"
#include "kernels/simt.h"

namespace seisgrad::device {
namespace {

int device_index = 0;

template <class T>
__global__ void fill_kernel(T* memory, int64_t count, T value) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < count) memory[i] = value;
}

std::string version(int v) { return std::to_string(v / 1000) + "." + std::to_string(v % 1000 / 10); }

// A capability as people write it: 9.0.
std::string capability(const cudaDeviceProp& gpu) {
  return std::to_string(gpu.major) + "." + std::to_string(gpu.minor);
}

int driver_version() {
  int driver = 0;
  cuda_check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
  return driver;
}

cudaDeviceProp properties(int index) {
  cudaDeviceProp gpu{};
  cuda_check(cudaGetDeviceProperties(&gpu, index), "cudaGetDeviceProperties");
  return gpu;
}

// The GPU is a setting of each host thread.
void use_here() {
  thread_local const bool done = [] {
    cuda_check(cudaSetDevice(device_index), "cudaSetDevice");
    return true;
  }();
  static_cast<void>(done);
}

cudaStream_t made_stream(unsigned flags) {
  cudaStream_t stream;
  cuda_check(cudaStreamCreateWithFlags(&stream, flags), "cudaStreamCreate");
  return stream;
}

cudaStream_t stream_of(Stream stream) {
  use_here();
  // what others (a library in bench/) give the default stream keeps its order with our kernels, not with our copies
  static const cudaStream_t streams[] = {made_stream(cudaStreamDefault), made_stream(cudaStreamNonBlocking),
                                         made_stream(cudaStreamNonBlocking)};
  return streams[static_cast<int>(stream)];
}

void fill_any(auto* memory, size_t count, auto value) {
  const int64_t n = static_cast<int64_t>(count);
  launch(one_thread_each(n), fill_kernel<decltype(value)>, memory, n, value);
}

struct DestroyEvent {
  void operator()(CUevent_st* event) const { cudaEventDestroy(event); }
};

}  // namespace

cudaStream_t compute_stream() { return stream_of(Stream::compute); }

bool emulated() { return false; }

void fill(float* memory, size_t count, float value) { fill_any(memory, count, value); }
void fill(double* memory, size_t count, double value) { fill_any(memory, count, value); }

namespace machine {

void synchronize() { cuda_check(cudaDeviceSynchronize(), "cudaDeviceSynchronize"); }

Mark mark(Stream stream) {
  cudaEvent_t event;
  const cudaStream_t of = stream_of(stream);
  cuda_check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreate");
  const std::shared_ptr<CUevent_st> owned(event, DestroyEvent{});
  cuda_check(cudaEventRecord(event, of), "cudaEventRecord");
  return owned;
}

static cudaEvent_t event_of(const Mark& mark) { return static_cast<cudaEvent_t>(const_cast<void*>(mark.get())); }

void wait(const Mark& mark) { cuda_check(cudaEventSynchronize(event_of(mark)), "cudaEventSynchronize"); }
void wait(Stream waiting, const Mark& awaited) {
  cuda_check(cudaStreamWaitEvent(stream_of(waiting), event_of(awaited), 0), "cudaStreamWaitEvent");
}

std::string why_not(int index) {
  int gpus = 0;
  const cudaError_t counted = cudaGetDeviceCount(&gpus);  // without a driver it leaves the number untouched
  if (counted != cudaSuccess) {
    const int driver = driver_version();
    if (driver == 0) return "no GPU: no NVIDIA driver is installed";
    return std::string("no GPU: ") + cudaGetErrorString(counted) + " (driver for CUDA " + version(driver) +
           ", this program is built with CUDA " + version(CUDART_VERSION) + ")";
  }
  if (index < 0 || index >= gpus)
    return "no GPU has the number " + std::to_string(index) + "; this machine has " + std::to_string(gpus) +
           ", counted from 0";
  const cudaDeviceProp gpu = properties(index);
  cudaFuncAttributes of_kernel{};
  cudaError_t status = cudaSetDevice(index);
  if (status == cudaSuccess) status = cudaFuncGetAttributes(&of_kernel, fill_kernel<float>);
  cudaGetLastError();
  if (status == cudaSuccess) return "";
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction)
    return std::string(gpu.name) + " has compute capability " + capability(gpu) +
           ", for which this program holds no kernels: build it with -DSEISGRAD_CUDA_ARCHITECTURES=" +
           std::to_string(10 * gpu.major + gpu.minor);
  return std::string(gpu.name) + ": " + cudaGetErrorString(status);
}

std::string describe(int index) {
  const cudaDeviceProp gpu = properties(index);
  return std::string(gpu.name) + ", compute capability " + capability(gpu) + ", driver for CUDA " +
         version(driver_version());
}

void use(int index) { device_index = index; }

// Memory or null; other errors are thrown.
static void* obtained(cudaError_t status, void* memory, const char* call) {
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // or the next launch would report it
    return nullptr;
  }
  cuda_check(status, call);
  return memory;
}

void* obtain(size_t bytes) {
  use_here();
  void* memory = nullptr;
  const cudaError_t status = cudaMalloc(&memory, bytes);
  return obtained(status, memory, "cudaMalloc");
}

// An error here is one of an earlier kernel, which the next synchronize() reports.
void give_back(void* memory, size_t) noexcept { cudaFree(memory); }

void* obtain_pinned(size_t bytes) {
  use_here();
  void* memory = nullptr;
  const cudaError_t status = cudaMallocHost(&memory, bytes);
  return obtained(status, memory, "cudaMallocHost");
}
void give_back_pinned(void* memory) noexcept { cudaFreeHost(memory); }

Room room() {
  Room room{};
  cuda_check(cudaMemGetInfo(&room.free, &room.total), "cudaMemGetInfo");
  return room;
}

void spoil(void*, size_t) {}

void copy(Stream stream, void* destination, const void* source, size_t bytes) {
  cuda_check(cudaMemcpyAsync(destination, source, bytes, cudaMemcpyDefault, stream_of(stream)), "cudaMemcpyAsync");
}

// Relaxed: work may need a cudaMalloc.
void begin_recording() {
  cuda_check(cudaStreamBeginCapture(compute_stream(), cudaStreamCaptureModeRelaxed), "cudaStreamBeginCapture");
}

void abandon_recording() noexcept {
  cudaStreamCaptureStatus status{};
  if (cudaStreamIsCapturing(compute_stream(), &status) == cudaSuccess && status == cudaStreamCaptureStatusNone) return;
  cudaGraph_t graph = nullptr;
  cudaStreamEndCapture(compute_stream(), &graph);
  if (graph) cudaGraphDestroy(graph);
  cudaGetLastError();
}

std::shared_ptr<const void> end_recording() {
  cudaGraph_t graph = nullptr;
  cuda_check(cudaStreamEndCapture(compute_stream(), &graph), "cudaStreamEndCapture");
  cudaGraphExec_t executable = nullptr;
  const cudaError_t status = cudaGraphInstantiateWithFlags(&executable, graph, 0);
  cudaGraphDestroy(graph);
  cuda_check(status, "cudaGraphInstantiate");
  return std::shared_ptr<CUgraphExec_st>(executable, [](CUgraphExec_st* e) {
    cudaStreamSynchronize(compute_stream());
    cudaGraphExecDestroy(e);
  });
}

void replay(const std::shared_ptr<const void>& recorded) {
  const auto executable = static_cast<cudaGraphExec_t>(const_cast<void*>(recorded.get()));
  cuda_check(cudaGraphLaunch(executable, compute_stream()), "cudaGraphLaunch");
}

}  // namespace machine
}  // namespace seisgrad::device
