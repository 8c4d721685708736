// BatchNorm over (N,C,L): batch statistics in training, moving averages otherwise.
#pragma once
#include "layers/pass.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct BatchNorm {
  int64_t channels;
  real epsilon, momentum;  // moving = momentum moving + (1 - momentum) batch: Keras' momentum, 1 - PyTorch's
  Tensor gamma = parameter({channels});
  Tensor beta = parameter({channels});
  Tensor moving_mean = Tensor::zeros({channels});
  Tensor moving_variance = Tensor::full({channels}, 1);

  Tensor operator()(const Tensor& x, const Pass& pass) const;
  FixedNorm fixed() const { return {gamma, beta, moving_mean, moving_variance, epsilon}; }
  void visit(auto&& f) const {
    f("gamma", gamma, true);
    f("beta", beta, true);
    f("moving_mean", moving_mean, false);
    f("moving_variance", moving_variance, false);
  }
};

}  // namespace SEISGRAD
