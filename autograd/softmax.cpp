#include "kernels/softmax.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// (..., K) as rows of K.
Tensor as_matrix(const Tensor& t) {
  const int64_t K = t.shape()[t.shape().rank() - 1];
  return t.reshape({t.size() / K, K});
}

Tensor over_last_axis(const char* op, Softmax* cpu, Softmax* gpu, SoftmaxBackward* cpu_backward,
                      SoftmaxBackward* gpu_backward, const Tensor& x) {
  const int rank = x.shape().rank();
  require(rank == 2 || rank == 3, op, ": x must be (N,K) or (N,T,K), got ", x.shape());
  require(x.shape()[rank - 1] >= 1, op, ": x ", x.shape(), " has nothing to choose from");

  Tensor y(x.shape(), DType::floating, x.device());
  on(x.device(), cpu, gpu)(as_matrix(x).view<const real, 2>(), as_matrix(y).view<real, 2>());
  return record(op, y, {x}, [=, y = y.detach()](const Tensor& dy) -> Gradients {
    Tensor dx(y.shape(), DType::floating, y.device());
    on(y.device(), cpu_backward, gpu_backward)(as_matrix(dy).view<const real, 2>(), as_matrix(y).view<const real, 2>(),
                                               as_matrix(dx).view<real, 2>());
    return {dx};
  });
}

}  // namespace

Tensor softmax(const Tensor& x) {
  return over_last_axis("softmax", reference::softmax<real>, gpu::softmax, reference::softmax_backward<real>,
                        gpu::softmax_backward, x);
}
Tensor log_softmax(const Tensor& x) {
  return over_last_axis("log_softmax", reference::log_softmax<real>, gpu::log_softmax,
                        reference::log_softmax_backward<real>, gpu::log_softmax_backward, x);
}

}  // namespace SEISGRAD
