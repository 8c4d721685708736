// cuDNN's pooling, batch normalisation and softmax; and what all its adapters share.
#include <algorithm>

#include "bench/cuda/cudnn.h"
#include "bench/cuda/peers.h"
#include "bench/cuda/stopwatch.h"

namespace SEISGRAD::cudnn {

cudnnHandle_t handle() {
  static const Owned<cudnnHandle_t> made = [] {
    const auto h = owned(cudnnCreate, cudnnDestroy);
    check(cudnnSetStream(h.get(), static_cast<cudaStream_t>(kernel_stream())), "cudnnSetStream");
    return h;
  }();
  return made.get();
}

double fastest_of_three(const std::function<void()>& call) {
  call();
  double seconds = 1e9;
  for (int i = 0; i < 3; ++i) seconds = std::min(seconds, device_seconds(call));
  return seconds;
}

Owned<cudnnTensorDescriptor_t> rows(int64_t N, int64_t C, int64_t L) {
  const auto desc = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
  check(cudnnSetTensor4dDescriptor(desc.get(), CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, static_cast<int>(N),
                                   static_cast<int>(C), 1, static_cast<int>(L)),
        "cudnnSetTensor4dDescriptor");
  return desc;
}

static Case pool(std::shared_ptr<PoolProblem> p, cudnnPoolingMode_t mode) {
  if (p->pool.right != 0) throw Absent("cuDNN pads both sides alike");
  const auto x_desc = rows(p->N, p->s.channels, p->s.length), y_desc = rows(p->N, p->s.channels, p->M);
  const auto pooling = owned(cudnnCreatePoolingDescriptor, cudnnDestroyPoolingDescriptor);
  check(cudnnSetPooling2dDescriptor(pooling.get(), mode, CUDNN_PROPAGATE_NAN, 1, 2, 0, 0, 1, 2),
        "cudnnSetPooling2dDescriptor");
  const auto gpu = std::make_shared<OnGpu>();
  real *x = gpu->of(p->x), *y = gpu->of(p->y), *dx = gpu->of(p->dx), *dy = gpu->of(p->dy);
  return case_on_gpu(p, gpu, [=] {
    if (p->backward)
      check(cudnnPoolingBackward(handle(), pooling.get(), &one, y_desc.get(), y, y_desc.get(), dy, x_desc.get(), x,
                                 &zero, x_desc.get(), dx),
            "cudnnPoolingBackward");
    else
      check(cudnnPoolingForward(handle(), pooling.get(), &one, x_desc.get(), x, &zero, y_desc.get(), y),
            "cudnnPoolingForward");
  });
}

Case max_pool1d(std::shared_ptr<PoolProblem> p) { return pool(p, CUDNN_POOLING_MAX_DETERMINISTIC); }
Case avg_pool1d(std::shared_ptr<PoolProblem> p) { return pool(p, CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING); }

Case batch_norm(std::shared_ptr<BatchNormProblem> p) {
  const auto x_desc = rows(p->N, p->s.channels, p->s.length);
  const auto row_desc = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
  constexpr auto mode = CUDNN_BATCHNORM_SPATIAL_PERSISTENT;  // the fast one of the two for training
  check(cudnnDeriveBNTensorDescriptor(row_desc.get(), x_desc.get(), mode), "cudnnDeriveBNTensorDescriptor");
  const auto gpu = std::make_shared<OnGpu>();
  real *x = gpu->of(p->x), *y = gpu->of(p->y), *dx = gpu->of(p->dx), *dy = gpu->of(p->dy), *gamma = gpu->of(p->gamma),
       *beta = gpu->of(p->beta), *mean = gpu->of(p->mean), *var = gpu->of(p->var), *dgamma = gpu->of(p->dgamma),
       *dbeta = gpu->of(p->dbeta), *inverse_deviation = gpu->of(p->inverse_deviation);
  return case_on_gpu(p, gpu, [=] {
    if (p->pass == NormPass::eval)
      check(
          cudnnBatchNormalizationForwardInference(handle(), CUDNN_BATCHNORM_SPATIAL, &one, &zero, x_desc.get(), x,
                                                  x_desc.get(), y, row_desc.get(), gamma, beta, mean, var, p->epsilon),
          "cudnnBatchNormalizationForwardInference");
    else if (p->pass == NormPass::train)
      check(cudnnBatchNormalizationForwardTraining(handle(), mode, &one, &zero, x_desc.get(), x, x_desc.get(), y,
                                                   row_desc.get(), gamma, beta, 0, nullptr, nullptr, p->epsilon, mean,
                                                   inverse_deviation),
            "cudnnBatchNormalizationForwardTraining");
    else
      check(cudnnBatchNormalizationBackward(handle(), mode, &one, &zero, &one, &zero, x_desc.get(), x, x_desc.get(), dy,
                                            x_desc.get(), dx, row_desc.get(), gamma, dgamma, dbeta, p->epsilon, mean,
                                            inverse_deviation),
            "cudnnBatchNormalizationBackward");
  });
}

Case softmax(std::shared_ptr<SoftmaxProblem> p) {
  const auto desc = rows(p->rows, p->K, 1);
  const auto gpu = std::make_shared<OnGpu>();
  real *x = gpu->of(p->x), *y = gpu->of(p->y), *dx = gpu->of(p->dx), *dy = gpu->of(p->dy);
  return case_on_gpu(p, gpu, [=] {
    if (p->backward)
      check(cudnnSoftmaxBackward(handle(), CUDNN_SOFTMAX_ACCURATE, CUDNN_SOFTMAX_MODE_INSTANCE, &one, desc.get(), y,
                                 desc.get(), dy, &zero, desc.get(), dx),
            "cudnnSoftmaxBackward");
    else
      check(cudnnSoftmaxForward(handle(), CUDNN_SOFTMAX_ACCURATE, CUDNN_SOFTMAX_MODE_INSTANCE, &one, desc.get(), x,
                                &zero, desc.get(), y),
            "cudnnSoftmaxForward");
  });
}

}  // namespace SEISGRAD::cudnn
