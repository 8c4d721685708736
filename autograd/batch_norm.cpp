#include "kernels/batch_norm.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

void check(const Tensor& x, const Tensor& gamma, const Tensor& beta, real epsilon) {
  require(x.shape().rank() == 3, "batch_norm: x must be (N,C,L), got ", x.shape());
  const Shape channels{x.shape()[1]};
  require(gamma.shape() == channels && beta.shape() == channels, "batch_norm: gamma and beta must be ", channels,
          " for x ", x.shape(), ", got ", gamma.shape(), " and ", beta.shape());
  require(epsilon > 0, "batch_norm: epsilon must be positive, got ", epsilon);
}

Tensor normalised(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& var,
                  real epsilon) {
  Tensor y(x.shape(), DType::floating, x.device());
  on(x.device(), cpu::batch_norm, gpu::batch_norm)(x.view<const real, 3>(), gamma.view<const real, 1>(),
                                                   beta.view<const real, 1>(), mean.view<const real, 1>(),
                                                   var.view<const real, 1>(), epsilon, y.view<real, 3>());
  return y;
}

struct Parameters {
  Tensor dgamma, dbeta;
};

Parameters parameter_gradients(const Tensor& dy, const Tensor& x, const Tensor& mean, const Tensor& var, real epsilon) {
  Parameters d{Tensor(mean.shape(), DType::floating, x.device()), Tensor(mean.shape(), DType::floating, x.device())};
  on(x.device(), cpu::batch_norm_backward_parameters, gpu::batch_norm_backward_parameters)(
      dy.view<const real, 3>(), x.view<const real, 3>(), mean.view<const real, 1>(), var.view<const real, 1>(), epsilon,
      d.dgamma.view<real, 1>(), d.dbeta.view<real, 1>());
  return d;
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& var,
                  real epsilon) {
  check(x, gamma, beta, epsilon);
  require(mean.shape() == gamma.shape() && var.shape() == gamma.shape(), "batch_norm: mean and var must be ",
          gamma.shape(), ", got ", mean.shape(), " and ", var.shape());
  common_device("batch_norm", x, gamma, beta, mean, var);

  const bool of_x = wants_gradient(x), of_parameters = wants_gradient(gamma) || wants_gradient(beta);
  // mean and var are recorded as inputs, without gradients, so that the tape notices an update in place
  return record("batch_norm", normalised(x, gamma, beta, mean, var, epsilon), {x, gamma, beta, mean, var},
                [=, x = of_parameters ? x.detach() : Tensor(), gamma = gamma.detach(), mean = mean.detach(),
                 var = var.detach()](const Tensor& dy) -> Gradients {
                  Tensor dx;
                  Parameters d;
                  if (of_parameters) d = parameter_gradients(dy, x, mean, var, epsilon);
                  if (of_x) {
                    dx = Tensor(dy.shape(), DType::floating, dy.device());
                    on(dy.device(), cpu::batch_norm_eval_backward, gpu::batch_norm_eval_backward)(
                        dy.view<const real, 3>(), gamma.view<const real, 1>(), var.view<const real, 1>(), epsilon,
                        dx.view<real, 3>());
                  }
                  return {dx, d.dgamma, d.dbeta, {}, {}};
                });
}

BatchNormed batch_norm_train(const Tensor& x, const Tensor& gamma, const Tensor& beta, real epsilon) {
  check(x, gamma, beta, epsilon);
  require(x.size() > 0, "batch_norm_train: x ", x.shape(), " has no values to take statistics of");
  common_device("batch_norm_train", x, gamma, beta);

  Tensor mean(gamma.shape(), DType::floating, x.device()), var(gamma.shape(), DType::floating, x.device());
  on(x.device(), cpu::batch_statistics, gpu::batch_statistics)(x.view<const real, 3>(), mean.view<real, 1>(),
                                                               var.view<real, 1>());
  const bool of_x = wants_gradient(x);
  const Tensor y = record("batch_norm_train", normalised(x, gamma, beta, mean, var, epsilon), {x, gamma, beta},
                          [=, x = x.detach(), gamma = gamma.detach()](const Tensor& dy) -> Gradients {
                            const Parameters d = parameter_gradients(dy, x, mean, var, epsilon);
                            Tensor dx;
                            if (of_x) {
                              dx = Tensor(x.shape(), DType::floating, x.device());
                              on(x.device(), cpu::batch_norm_train_backward, gpu::batch_norm_train_backward)(
                                  dy.view<const real, 3>(), x.view<const real, 3>(), gamma.view<const real, 1>(),
                                  mean.view<const real, 1>(), var.view<const real, 1>(), epsilon,
                                  d.dgamma.view<const real, 1>(), d.dbeta.view<const real, 1>(), dx.view<real, 3>());
                            }
                            return {dx, d.dgamma, d.dbeta};
                          });
  return {y, mean, var};
}

}  // namespace SEISGRAD
