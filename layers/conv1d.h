// Conv1d: kernels/conv1d.h with its parameters. "Same" padding as TensorFlow has it: of kernel - 1 zeros the smaller
// half goes to the left, so an even kernel looks one sample further to the right.
#pragma once
#include "layers/pass.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct Conv1d {
  int64_t in, out, kernel;
  bool with_bias = true;
  Tensor weight = parameter({out, in, kernel});
  Tensor bias = with_bias ? parameter({out}) : Tensor();

  // (N,in,L) -> (N,out,L)
  Tensor operator()(const Tensor& x, const Pass& pass = {}) const {
    return conv1d(x, weight, bias, {.left = (kernel - 1) / 2, .right = kernel / 2, .precision = pass.precision});
  }
  // The same and what stands `around` it in one pass: while Pass::may_fuse(). Padding and precision are set here.
  Tensor fused(const Tensor& x, Conv1dFusion around, const Pass& pass) const {
    around.padding = {(kernel - 1) / 2, kernel / 2};
    around.precision = pass.precision;
    return conv1d_fused(x, weight, bias, around);
  }
  void visit(auto&& f) const {
    f("weight", weight, true);
    if (with_bias) f("bias", bias, true);
  }
};

}  // namespace SEISGRAD
