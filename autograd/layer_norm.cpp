#include "kernels/layer_norm.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, real epsilon) {
  require(x.shape().rank() == 3, "layer_norm: x must be (N,T,C), got ", x.shape());
  const Shape channels{x.shape()[2]};
  require(channels[0] >= 1, "layer_norm: x ", x.shape(), " has no channels");
  require(gamma.shape() == channels && beta.shape() == channels, "layer_norm: gamma and beta must be ", channels,
          " for x ", x.shape(), ", got ", gamma.shape(), " and ", beta.shape());
  require(epsilon > 0, "layer_norm: epsilon must be positive, got ", epsilon);
  common_device("layer_norm", x, gamma, beta);

  Tensor y(x.shape(), DType::floating, x.device());
  on(x.device(), cpu::layer_norm, gpu::layer_norm)(x.view<const real, 3>(), gamma.view<const real, 1>(),
                                                   beta.view<const real, 1>(), epsilon, y.view<real, 3>());

  const bool of_x = wants_gradient(x), of_parameters = wants_gradient(gamma) || wants_gradient(beta);
  return record("layer_norm", y, {x, gamma, beta},
                [=, x = x.detach(), gamma = gamma.detach()](const Tensor& dy) -> Gradients {
                  const auto like = [&](const Tensor& t) { return Tensor(t.shape(), DType::floating, t.device()); };
                  Tensor dx, dgamma, dbeta;
                  if (of_x) {
                    dx = like(x);
                    on(x.device(), cpu::layer_norm_backward, gpu::layer_norm_backward)(
                        dy.view<const real, 3>(), x.view<const real, 3>(), gamma.view<const real, 1>(), epsilon,
                        dx.view<real, 3>());
                  }
                  if (of_parameters) {
                    dgamma = like(gamma), dbeta = like(gamma);
                    on(x.device(), cpu::layer_norm_backward_parameters, gpu::layer_norm_backward_parameters)(
                        dy.view<const real, 3>(), x.view<const real, 3>(), epsilon, dgamma.view<real, 1>(),
                        dbeta.view<real, 1>());
                  }
                  return {dx, dgamma, dbeta};
                });
}

}  // namespace SEISGRAD
