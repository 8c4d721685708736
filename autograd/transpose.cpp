#include "kernels/transpose.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor transpose(const Tensor& x) {
  const int rank = x.shape().rank();
  require(rank == 2 || rank == 3, "transpose: x must have rank 2 or 3, got ", x.shape());
  const int64_t N = rank == 3 ? x.shape()[0] : 1, R = x.shape()[rank - 2], C = x.shape()[rank - 1];

  Tensor y(x.shape().with(rank - 2, C).with(rank - 1, R), DType::floating, x.device());
  on(x.device(), cpu::transpose, gpu::transpose)(x.reshape({N, R, C}).view<const real, 3>(),
                                                 y.reshape({N, C, R}).view<real, 3>());

  return record("transpose", y, {x}, [](const Tensor& dy) -> Gradients { return {transpose(dy)}; });
}

}  // namespace SEISGRAD
