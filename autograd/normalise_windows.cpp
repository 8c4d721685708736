#include "autograd/on.h"
#include "autograd/ops.h"

namespace SEISGRAD {

Tensor normalise_windows(const Tensor& x, WindowOptions options) {
  require(x.shape().rank() == 3, "normalise_windows: x must be (N,C,L), got ", x.shape());
  require(1 <= options.filled && options.filled <= x.shape()[2] && options.taper >= 0,
          "normalise_windows: filled must be 1 to ", x.shape()[2], " and taper at least 0, got ", options.filled,
          " and ", options.taper);
  Tensor y(x.shape(), DType::floating, x.device());
  on(x.device(), cpu::normalise_windows, gpu::normalise_windows)(x.view<const real, 3>(), options, y.view<real, 3>());
  return y;
}

}  // namespace SEISGRAD
