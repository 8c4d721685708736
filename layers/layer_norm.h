// LayerNorm: every (n,t) row of (N,T,C) to mean 0 and variance 1, then times gamma plus beta.
#pragma once
#include "autograd/ops.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct LayerNorm {
  int64_t channels;
  real epsilon;
  Tensor gamma = parameter({channels});
  Tensor beta = parameter({channels});

  Tensor operator()(const Tensor& x) const { return layer_norm(x, gamma, beta, epsilon); }
  void visit(auto&& f) const {
    f("gamma", gamma, true);
    f("beta", beta, true);
  }
};

}  // namespace SEISGRAD
