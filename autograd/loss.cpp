#include "kernels/loss.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// The target is recorded as an input, without gradient, so that the tape notices when it is overwritten.
Tensor binary_loss(const char* op, BinaryLoss* cpu, BinaryLoss* gpu, BinaryLossBackward* cpu_backward,
                   BinaryLossBackward* gpu_backward, const Tensor& v, const Tensor& target) {
  require(v.shape() == target.shape(), op, ": values and targets must have one shape, got ", v.shape(), " and ",
          target.shape());
  require(v.size() >= 1, op, ": no values in ", v.shape());
  Tensor loss(Shape{}, DType::floating, common_device(op, v, target));
  on(v.device(), cpu, gpu)(v.flat<const real>(), target.flat<const real>(), loss.flat<real>());
  return record(op, loss, {v, target}, [=, v = v.detach(), target = target.detach()](const Tensor& dloss) -> Gradients {
    Tensor dv(v.shape(), DType::floating, v.device());
    on(v.device(), cpu_backward, gpu_backward)(dloss.flat<const real>(), v.flat<const real>(),
                                               target.flat<const real>(), dv.flat<real>());
    return {dv, {}};
  });
}

}  // namespace

Tensor bce(const Tensor& p, const Tensor& target) {
  return binary_loss("bce", cpu::bce, gpu::bce, cpu::bce_backward, gpu::bce_backward, p, target);
}

Tensor bce_with_logits(const Tensor& z, const Tensor& target) {
  return binary_loss("bce_with_logits", cpu::bce_with_logits, gpu::bce_with_logits, cpu::bce_with_logits_backward,
                     gpu::bce_with_logits_backward, z, target);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& labels) {
  require(logits.shape().rank() == 2, "cross_entropy: logits must be (N,K), got ", logits.shape());
  const int64_t N = logits.shape()[0], K = logits.shape()[1];
  require(N >= 1 && K >= 1, "cross_entropy: no values in ", logits.shape());
  require(labels.dtype() == DType::int32 && labels.shape() == Shape{N}, "cross_entropy: labels must be int32 (", N,
          ") for logits ", logits.shape(), ", got ", labels.dtype(), " ", labels.shape());
  if (labels.device() == Device::cpu)  // a look from the host would stop the device: there such a row gives NaN
    for (int64_t n = 0; n < N; ++n)
      if (const int32_t label = labels.flat<const int32_t>()(n); label < 0 || label >= K)
        require(false, "cross_entropy: label ", label, " of row ", n, " is not in 0..", K - 1);

  Tensor loss(Shape{}, DType::floating, common_device("cross_entropy", logits, labels));
  on(logits.device(), reference::cross_entropy<real>, gpu::cross_entropy)(
      logits.view<const real, 2>(), labels.view<const int32_t, 1>(), loss.flat<real>());
  return record("cross_entropy", loss, {logits, labels},
                [logits = logits.detach(), labels = labels.detach()](const Tensor& dloss) -> Gradients {
                  Tensor dlogits(logits.shape(), DType::floating, logits.device());
                  on(logits.device(), reference::cross_entropy_backward<real>, gpu::cross_entropy_backward)(
                      dloss.flat<const real>(), logits.view<const real, 2>(), labels.view<const int32_t, 1>(),
                      dlogits.view<real, 2>());
                  return {dlogits, {}};
                });
}

}  // namespace SEISGRAD
