#include "bench/cuda/cublas.h"

#include <cudnn.h>

#include <memory>
#include <stdexcept>

#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"
#include "bench/cuda/stopwatch.h"

namespace seisgrad {

void cublas_check(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw std::runtime_error(std::string(call) + ": " + cublasGetStatusString(status));
}

cublasHandle_t cublas_handle(Precision precision) {
  static const std::shared_ptr<cublasContext> made = [] {
    cublasHandle_t handle = nullptr;
    cublas_check(cublasCreate(&handle), "cublasCreate");
    cublas_check(cublasSetStream(handle, static_cast<cudaStream_t>(kernel_stream())), "cublasSetStream");
    // of its own, so that its calls can be recorded
    static const std::shared_ptr<void> workspace = gpu_memory(size_t{32} << 20);
    cublas_check(cublasSetWorkspace(handle, workspace.get(), size_t{32} << 20), "cublasSetWorkspace");
    return std::shared_ptr<cublasContext>(handle, cublasDestroy);
  }();
  const auto math = precision == Precision::tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_PEDANTIC_MATH;
  cublas_check(cublasSetMathMode(made.get(), math), "cublasSetMathMode");
  return made.get();
}

}  // namespace seisgrad

namespace SEISGRAD {

std::string peer_versions() {
  int version = 0;
  cublas_check(cublasGetVersion(cublas_handle(Precision::strict), &version), "cublasGetVersion");
  return "cuDNN " + std::to_string(cudnnGetVersion()) + ", cuBLAS " + std::to_string(version);
}

// cuBLAS is column-major: a row-major (R,C) is its (C,R).
Case cublas_linear(std::shared_ptr<LinearProblem> p) {
  static_assert(sizeof(real) == 4, "cuBLAS is called in float32");
  const auto gpu = std::make_shared<OnGpu>();
  const real *x = gpu->of(p->x), *w = gpu->of(p->w), *dy = gpu->of(p->dy);
  real *y = gpu->of(p->y), *dx = gpu->of(p->dx), *dw = gpu->of(p->dw);
  const int R = static_cast<int>(p->rows), I = static_cast<int>(p->in), O = static_cast<int>(p->out);
  return case_on_gpu(p, gpu, [=] {
    const cublasHandle_t handle = cublas_handle(p->precision);
    const float one = 1, zero = 0;
    if (p->direction == Direction::forward)
      cublas_check(cublasSgemm(handle, CUBLAS_OP_T, CUBLAS_OP_N, O, R, I, &one, w, I, x, I, &zero, y, O),
                   "cublasSgemm");
    else if (p->direction == Direction::backward_data)
      cublas_check(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, I, R, O, &one, w, I, dy, O, &zero, dx, I),
                   "cublasSgemm");
    else
      cublas_check(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_T, I, O, R, &one, x, I, dy, O, &zero, dw, I),
                   "cublasSgemm");
  });
}

}  // namespace SEISGRAD
