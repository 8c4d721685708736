#include "layers/batch_norm.h"

namespace SEISGRAD {

// moving = momentum moving + (1 - momentum) batch, outside any tape.
static void follow(const Tensor& moving, const Tensor& batch, real momentum) {
  moving.copy_from(add(scale(moving.detach(), momentum), scale(batch.detach(), 1 - momentum)));
}

Tensor BatchNorm::operator()(const Tensor& x, const Pass& pass) const {
  if (!pass.train) return batch_norm(x, gamma, beta, moving_mean, moving_variance, epsilon);
  const BatchNormed trained = batch_norm_train(x, gamma, beta, epsilon);
  follow(moving_mean, trained.mean, momentum);
  follow(moving_variance, trained.var, momentum);
  return trained.y;
}

}  // namespace SEISGRAD
