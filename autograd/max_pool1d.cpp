#include "kernels/max_pool1d.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/pooled_shape.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor max_pool1d(const Tensor& x, Pool1d pool) {
  const Shape shape = pooled_shape("max_pool1d", x, pool);
  require(x.shape()[2] < int64_t{1} << 31, "max_pool1d: length ", x.shape()[2], " is over 2^31");

  Tensor y(shape, DType::floating, x.device());
  Tensor argmax(shape, DType::int32, x.device());
  on(x.device(), cpu::max_pool1d, gpu::max_pool1d)(x.view<const real, 3>(), pool, y.view<real, 3>(),
                                                   argmax.view<int32_t, 3>());

  return record("max_pool1d", y, {x}, [shape = x.shape(), argmax, pool](const Tensor& dy) -> Gradients {
    Tensor dx(shape, DType::floating, dy.device());
    on(dy.device(), cpu::max_pool1d_backward, gpu::max_pool1d_backward)(
        dy.view<const real, 3>(), argmax.view<const int32_t, 3>(), pool, dx.view<real, 3>());
    return {dx};
  });
}

}  // namespace SEISGRAD
