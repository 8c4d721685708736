#include "kernels/avg_pool1d.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/pooled_shape.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor avg_pool1d(const Tensor& x, Pool1d pool) {
  Tensor y(pooled_shape("avg_pool1d", x, pool), DType::floating, x.device());
  on(x.device(), reference::avg_pool1d<real>, gpu::avg_pool1d)(x.view<const real, 3>(), pool, y.view<real, 3>());

  return record("avg_pool1d", y, {x}, [shape = x.shape(), pool](const Tensor& dy) -> Gradients {
    Tensor dx(shape, DType::floating, dy.device());
    on(dy.device(), reference::avg_pool1d_backward<real>, gpu::avg_pool1d_backward)(dy.view<const real, 3>(), pool,
                                                                                    dx.view<real, 3>());
    return {dx};
  });
}

}  // namespace SEISGRAD
