// AdditiveAttention: kernels/additive_attention.h with its parameters, (N,T,channels) -> values of the same shape.
#pragma once
#include "autograd/ops.h"
#include "layers/visit.h"

namespace SEISGRAD {

struct AdditiveAttention {
  int64_t channels, units;
  AttentionOptions options = {};
  Tensor query = parameter({units, channels});
  Tensor key = parameter({units, channels});
  Tensor bias = parameter({units});
  Tensor score = parameter({units});
  Tensor score_bias = parameter({1});

  Attention operator()(const Tensor& x) const {
    return additive_attention(x, query, key, bias, score, score_bias, options);
  }
  void visit(auto&& f) const {
    f("query", query, true);
    f("key", key, true);
    f("bias", bias, true);
    f("score", score, true);
    f("score_bias", score_bias, true);
  }
};

}  // namespace SEISGRAD
