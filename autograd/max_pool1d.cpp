#include "kernels/max_pool1d.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor max_pool1d(const Tensor& x, Pool1d pool) {
  require(x.shape().rank() == 3, "max_pool1d: x must be (N,C,L), got ", x.shape());
  require(pool.window >= 1 && pool.stride >= 1, "max_pool1d: window and stride must be at least 1, got ", pool.window,
          " and ", pool.stride);
  require(pool.left >= 0 && pool.right >= 0 && pool.left < pool.window && pool.right < pool.window,
          "max_pool1d: padding must be less than the window ", pool.window, ", got ", pool.left, " and ", pool.right);
  require(pool.window <= x.shape()[2] + pool.left + pool.right, "max_pool1d: window ", pool.window,
          " is longer than the padded input ", x.shape());
  require(x.shape()[2] < int64_t{1} << 31, "max_pool1d: length ", x.shape()[2], " is over 2^31");

  Tensor y(x.shape().with(2, pool.output_length(x.shape()[2])), DType::floating, x.device());
  Tensor argmax(y.shape(), DType::int32, x.device());
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
