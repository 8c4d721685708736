// Lstm: one direction over a whole sequence, (N,T,in) -> (N,T,units). Dropout as Keras has it: one mask a gate for the
// input and for the recurrent state, constant over time.
#pragma once
#include "layers/pass.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct Lstm {
  int64_t in, units;
  LstmOptions options = {};
  real dropout = 0;
  uint16_t stream = 0;  // tells the random numbers of one layer from another's
  Tensor weight = parameter({4 * units, in});
  Tensor recurrent = parameter({4 * units, units});
  Tensor bias = parameter({4 * units});

  // With the dropout masks of this pass, if any.
  LstmParameters parameters(const Tensor& x, const Pass& pass) const {
    if (!pass.train || dropout == 0) return {weight, recurrent, bias};
    const int64_t N = x.shape()[0];
    const auto mask = [&](int64_t size, Purpose purpose) {
      return dropout_mask({4, N, size}, dropout, pass.key(purpose, stream), x.device(), pass.counter);
    };
    return {weight, recurrent, bias, mask(in, Purpose::lstm_input_dropout),
            mask(units, Purpose::lstm_recurrent_dropout)};
  }
  Tensor operator()(const Tensor& x, const Pass& pass) const {
    const LstmParameters p = parameters(x, pass);
    return lstm(x, p.weight, p.recurrent, p.bias, options, p.input_mask, p.recurrent_mask);
  }
  void visit(auto&& f) const {
    f("weight", weight, true);
    f("recurrent", recurrent, true);
    f("bias", bias, true);
  }
};

}  // namespace SEISGRAD
