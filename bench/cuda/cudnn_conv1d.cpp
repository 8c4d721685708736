// cuDNN's convolution and its gradients: the fastest algorithm that it finds on this shape, by trying them.
#include "bench/cuda/cudnn.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD::cudnn {
namespace {

struct ConvDescriptors {
  Owned<cudnnTensorDescriptor_t> x, y;
  Owned<cudnnFilterDescriptor_t> w = owned(cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor);
  Owned<cudnnConvolutionDescriptor_t> conv = owned(cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor);

  explicit ConvDescriptors(const Conv1dProblem& p)
      : x(rows(p.N, p.s.in, p.s.length)), y(rows(p.N, p.s.out, p.s.length)) {
    if (p.conv.left != p.conv.right) throw Absent("cuDNN pads both sides alike");
    check(cudnnSetFilter4dDescriptor(w.get(), CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, static_cast<int>(p.s.out),
                                     static_cast<int>(p.s.in), 1, static_cast<int>(p.s.kernel)),
          "cudnnSetFilter4dDescriptor");
    check(cudnnSetConvolution2dDescriptor(conv.get(), 0, static_cast<int>(p.conv.left), 1, 1, 1, 1,
                                          CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor");
    const auto math = p.conv.precision == Precision::tf32 ? CUDNN_TENSOR_OP_MATH : CUDNN_FMA_MATH;
    check(cudnnSetConvolutionMathType(conv.get(), math), "cudnnSetConvolutionMathType");
  }
};

// The fastest that worked and is of the problem's precision, of those cuDNN has tried; they come fastest first.
template <class Found>
Found best(const Found* found, int count, const Conv1dProblem& p) {
  for (int i = 0; i < count; ++i) {
    const bool strict = found[i].mathType == CUDNN_FMA_MATH || found[i].mathType == CUDNN_DEFAULT_MATH;
    const bool right =
        p.conv.precision == Precision::tf32 ? found[i].mathType != CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION : strict;
    if (found[i].status == CUDNN_STATUS_SUCCESS && right) return found[i];
  }
  throw Absent("cuDNN has no algorithm for this shape");
}

const char* name(cudnnConvolutionBwdDataAlgo_t a) {
  switch (a) {
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_0:
      return "algorithm 0";
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_1:
      return "algorithm 1";
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT:
      return "FFT";
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING:
      return "tiled FFT";
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD:
      return "Winograd";
    case CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED:
      return "Winograd, not fused";
    default:
      return "unknown algorithm";
  }
}

const char* name(cudnnConvolutionBwdFilterAlgo_t a) {
  switch (a) {
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0:
      return "algorithm 0";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1:
      return "algorithm 1";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3:
      return "algorithm 3";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT:
      return "FFT";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT_TILING:
      return "tiled FFT";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD:
      return "Winograd";
    case CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD_NONFUSED:
      return "Winograd, not fused";
    default:
      return "unknown algorithm";
  }
}

Case conv_case(std::shared_ptr<Conv1dProblem> p, std::shared_ptr<OnGpu> gpu, const std::string& algorithm,
               bool deterministic, std::function<void()> call) {
  Case c = case_on_gpu(p, gpu, std::move(call), algorithm + (deterministic ? "" : ", not deterministic"));
  c.other_arithmetic = has_fewer_products(algorithm);
  return c;
}

constexpr int most_algorithms = 16;

Case conv_forward(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionFwdAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionForwardAlgorithm(handle(), d.x.get(), d.w.get(), d.conv.get(), d.y.get(), most_algorithms,
                                             &count, found),
        "cudnnFindConvolutionForwardAlgorithm");
  const auto chosen = best(found, count, *p);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *x = gpu->of(p->x), *w = gpu->of(p->w);
  real* y = gpu->of(p->y);
  return conv_case(p, gpu, name_of(chosen.algo), chosen.determinism == CUDNN_DETERMINISTIC, [=] {
    check(cudnnConvolutionForward(handle(), &one, d.x.get(), x, d.w.get(), w, d.conv.get(), chosen.algo,
                                  workspace.get(), chosen.memory, &zero, d.y.get(), y),
          "cudnnConvolutionForward");
  });
}

Case conv_backward_data(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionBwdDataAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionBackwardDataAlgorithm(handle(), d.w.get(), d.y.get(), d.conv.get(), d.x.get(),
                                                  most_algorithms, &count, found),
        "cudnnFindConvolutionBackwardDataAlgorithm");
  const auto chosen = best(found, count, *p);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *dy = gpu->of(p->dy), *w = gpu->of(p->w);
  real* dx = gpu->of(p->dx);
  return conv_case(p, gpu, name(chosen.algo), chosen.determinism == CUDNN_DETERMINISTIC, [=] {
    check(cudnnConvolutionBackwardData(handle(), &one, d.w.get(), w, d.y.get(), dy, d.conv.get(), chosen.algo,
                                       workspace.get(), chosen.memory, &zero, d.x.get(), dx),
          "cudnnConvolutionBackwardData");
  });
}

Case conv_backward_weight(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescriptors d(*p);
  cudnnConvolutionBwdFilterAlgoPerf_t found[most_algorithms];
  int count = 0;
  check(cudnnFindConvolutionBackwardFilterAlgorithm(handle(), d.x.get(), d.y.get(), d.conv.get(), d.w.get(),
                                                    most_algorithms, &count, found),
        "cudnnFindConvolutionBackwardFilterAlgorithm");
  const auto chosen = best(found, count, *p);
  const auto gpu = std::make_shared<OnGpu>();
  const auto workspace = gpu_memory(chosen.memory);
  const real *dy = gpu->of(p->dy), *x = gpu->of(p->x);
  real* dw = gpu->of(p->dw);
  return conv_case(p, gpu, name(chosen.algo), chosen.determinism == CUDNN_DETERMINISTIC, [=] {
    check(cudnnConvolutionBackwardFilter(handle(), &one, d.x.get(), x, d.y.get(), dy, d.conv.get(), chosen.algo,
                                         workspace.get(), chosen.memory, &zero, d.w.get(), dw),
          "cudnnConvolutionBackwardFilter");
  });
}

}  // namespace

std::string name_of(cudnnConvolutionFwdAlgo_t a) {
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

Case conv1d(std::shared_ptr<Conv1dProblem> p) {
  if (p->direction == Direction::forward) return conv_forward(p);
  return p->direction == Direction::backward_data ? conv_backward_data(p) : conv_backward_weight(p);
}

}  // namespace SEISGRAD::cudnn
