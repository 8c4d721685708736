#include "kernels/upsample1d.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor upsample1d(const Tensor& x, int64_t factor) {
  require(x.shape().rank() == 3, "upsample1d: x must be (N,C,L), got ", x.shape());
  require(factor >= 1, "upsample1d: the factor must be at least 1, got ", factor);

  Tensor y(x.shape().with(2, factor * x.shape()[2]), DType::floating, x.device());
  on(x.device(), cpu::upsample1d, gpu::upsample1d)(x.flat<const real>(), factor, y.flat<real>());

  return record("upsample1d", y, {x}, [shape = x.shape(), factor](const Tensor& dy) -> Gradients {
    Tensor dx(shape, DType::floating, dy.device());
    on(dy.device(), cpu::upsample1d_backward, gpu::upsample1d_backward)(dy.flat<const real>(), factor, dx.flat<real>());
    return {dx};
  });
}

}  // namespace SEISGRAD
