// Linear: y = x W^T + b on the last axis.
#pragma once
#include "layers/pass.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct Linear {
  int64_t in, out;
  Tensor weight = parameter({out, in});
  Tensor bias = parameter({out});

  // (N,in) -> (N,out) or (N,T,in) -> (N,T,out)
  Tensor operator()(const Tensor& x, const Pass& pass = {}) const { return linear(x, weight, bias, pass.precision); }
  void visit(auto&& f) const {
    f("weight", weight, true);
    f("bias", bias, true);
  }
};

}  // namespace SEISGRAD
