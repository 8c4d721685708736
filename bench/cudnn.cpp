#include "bench/cudnn.h"

#include <cuda_runtime.h>
#include <cudnn.h>

#include <algorithm>
#include <stdexcept>

#include "bench/cuda/harness.h"

namespace SEISGRAD::cudnn {
namespace {

void check(cudnnStatus_t status, const char* call) {
  if (status != CUDNN_STATUS_SUCCESS) throw std::runtime_error(std::string(call) + ": " + cudnnGetErrorString(status));
}

// A handle or a descriptor, destroyed with its last owner.
template <class T>
using Owned = std::shared_ptr<std::remove_pointer_t<T>>;
template <class T>
Owned<T> owned(cudnnStatus_t (*create)(T*), cudnnStatus_t (*destroy)(T)) {
  T made = nullptr;
  check(create(&made), "creating a handle or descriptor");
  return {made, destroy};
}

Owned<cudnnHandle_t> handle() {
  static const Owned<cudnnHandle_t> made = owned(cudnnCreate, cudnnDestroy);
  return made;
}

// (N,C,L) as an image of height 1.
Owned<cudnnTensorDescriptor_t> rows(int64_t N, int64_t C, int64_t L) {
  const auto desc = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
  check(cudnnSetTensor4dDescriptor(desc.get(), CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, static_cast<int>(N),
                                   static_cast<int>(C), 1, static_cast<int>(L)),
        "cudnnSetTensor4dDescriptor");
  return desc;
}

constexpr float one = 1, zero = 0;

struct ConvDescriptors {
  Owned<cudnnTensorDescriptor_t> x, y;
  Owned<cudnnFilterDescriptor_t> w = owned(cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor);
  Owned<cudnnConvolutionDescriptor_t> conv = owned(cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor);

  explicit ConvDescriptors(const Conv1dProblem& p)
      : x(rows(p.N, p.s.in, p.s.length)), y(rows(p.N, p.s.out, p.s.length)) {
    if (p.conv.left != p.conv.right) throw std::runtime_error("cuDNN pads both sides alike");
    check(cudnnSetFilter4dDescriptor(w.get(), CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, static_cast<int>(p.s.out),
                                     static_cast<int>(p.s.in), 1, static_cast<int>(p.s.kernel)),
          "cudnnSetFilter4dDescriptor");
    check(cudnnSetConvolution2dDescriptor(conv.get(), 0, static_cast<int>(p.conv.left), 1, 1, 1, 1,
                                          CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor");
    check(cudnnSetConvolutionMathType(conv.get(), CUDNN_FMA_MATH), "cudnnSetConvolutionMathType");
  }
};

// The fastest that worked, of those cuDNN has tried; they come fastest first.
template <class Found>
Found best(const Found* found, int count) {
  for (int i = 0; i < count; ++i)
    if (found[i].status == CUDNN_STATUS_SUCCESS && found[i].mathType != CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION)
      return found[i];
  throw std::runtime_error("cuDNN has no algorithm for this shape");
}

const char* name(cudnnConvolutionFwdAlgo_t a) {
  switch (a) {
    case CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM:
      return "implicit GEMM";
    case CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM:
      return "implicit precomputed GEMM";
    case CUDNN_CONVOLUTION_FWD_ALGO_GEMM:
      return "GEMM";
    case CUDNN_CONVOLUTION_FWD_ALGO_DIRECT:
      return "direct";
    case CUDNN_CONVOLUTION_FWD_ALGO_FFT:
      return "FFT";
    case CUDNN_CONVOLUTION_FWD_ALGO_FFT_TILING:
      return "tiled FFT";
    case CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD:
      return "Winograd";
    case CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED:
      return "Winograd, not fused";
    default:
      return "unknown algorithm";
  }
}
std::string number(int algorithm, bool deterministic) {
  return "algorithm " + std::to_string(algorithm) + (deterministic ? "" : ", not deterministic");
}

constexpr int most_algorithms = 16;

Case conv_forward(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionFwdAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionForwardAlgorithm(handle().get(), d.x.get(), d.w.get(), d.conv.get(), d.y.get(),
                                             most_algorithms, &count, found),
        "cudnnFindConvolutionForwardAlgorithm");
  const auto chosen = best(found, count);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *x = gpu->of(p->x), *w = gpu->of(p->w);
  real* y = gpu->of(p->y);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                check(cudnnConvolutionForward(handle().get(), &one, d.x.get(), x, d.w.get(), w, d.conv.get(),
                                              chosen.algo, workspace.get(), chosen.memory, &zero, d.y.get(), y),
                      "cudnnConvolutionForward");
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work(),
          .label = name(chosen.algo)};
}

Case conv_backward_data(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionBwdDataAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionBackwardDataAlgorithm(handle().get(), d.w.get(), d.y.get(), d.conv.get(), d.x.get(),
                                                  most_algorithms, &count, found),
        "cudnnFindConvolutionBackwardDataAlgorithm");
  const auto chosen = best(found, count);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *dy = gpu->of(p->dy), *w = gpu->of(p->w);
  real* dx = gpu->of(p->dx);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                check(cudnnConvolutionBackwardData(handle().get(), &one, d.w.get(), w, d.y.get(), dy, d.conv.get(),
                                                   chosen.algo, workspace.get(), chosen.memory, &zero, d.x.get(), dx),
                      "cudnnConvolutionBackwardData");
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work(),
          .label = number(chosen.algo, chosen.determinism == CUDNN_DETERMINISTIC)};
}

Case conv_backward_weight(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionBwdFilterAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionBackwardFilterAlgorithm(handle().get(), d.x.get(), d.y.get(), d.conv.get(), d.w.get(),
                                                    most_algorithms, &count, found),
        "cudnnFindConvolutionBackwardFilterAlgorithm");
  const auto chosen = best(found, count);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *dy = gpu->of(p->dy), *x = gpu->of(p->x);
  real* dw = gpu->of(p->dw);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                check(cudnnConvolutionBackwardFilter(handle().get(), &one, d.x.get(), x, d.y.get(), dy, d.conv.get(),
                                                     chosen.algo, workspace.get(), chosen.memory, &zero, d.w.get(), dw),
                      "cudnnConvolutionBackwardFilter");
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work(),
          .label = number(chosen.algo, chosen.determinism == CUDNN_DETERMINISTIC)};
}

}  // namespace

std::string versions() {
  int cuda = 0;
  cudaRuntimeGetVersion(&cuda);
  return "cuDNN " + std::to_string(cudnnGetVersion()) + ", CUDA runtime " + std::to_string(cuda);
}

Case conv1d(std::shared_ptr<Conv1dProblem> p) {
  if (p->direction == Direction::forward) return conv_forward(p);
  return p->direction == Direction::backward_data ? conv_backward_data(p) : conv_backward_weight(p);
}

Case max_pool1d(std::shared_ptr<MaxPool1dProblem> p) {
  if (p->pool.right != 0) throw std::runtime_error("cuDNN pads both sides alike");
  const auto x_desc = rows(p->N, p->s.channels, p->s.length), y_desc = rows(p->N, p->s.channels, p->M);
  const auto pooling = owned(cudnnCreatePoolingDescriptor, cudnnDestroyPoolingDescriptor);
  check(cudnnSetPooling2dDescriptor(pooling.get(), CUDNN_POOLING_MAX_DETERMINISTIC, CUDNN_PROPAGATE_NAN, 1, 2, 0, 0, 1,
                                    2),
        "cudnnSetPooling2dDescriptor");
  const auto gpu = std::make_shared<OnGpu>();
  real *x = gpu->of(p->x), *y = gpu->of(p->y), *dx = gpu->of(p->dx), *dy = gpu->of(p->dy);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                if (p->backward)
                  check(cudnnPoolingBackward(handle().get(), pooling.get(), &one, y_desc.get(), y, y_desc.get(), dy,
                                             x_desc.get(), x, &zero, x_desc.get(), dx),
                        "cudnnPoolingBackward");
                else
                  check(
                      cudnnPoolingForward(handle().get(), pooling.get(), &one, x_desc.get(), x, &zero, y_desc.get(), y),
                      "cudnnPoolingForward");
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work()};
}

}  // namespace SEISGRAD::cudnn
