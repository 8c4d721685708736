// What max_pool1d and avg_pool1d ask of their arguments.
#pragma once
#include "autograd/on.h"
#include "kernels/max_pool1d.h"
#include "tensor/tensor.h"

namespace SEISGRAD {

// The shape of x (N,C,L) pooled, (N,C,M); throws std::invalid_argument in the name of `op` where x cannot be pooled so.
inline Shape pooled_shape(const char* op, const Tensor& x, Pool1d pool) {
  require(x.shape().rank() == 3, op, ": x must be (N,C,L), got ", x.shape());
  const int64_t L = x.shape()[2];
  require(pool.window >= 1 && pool.stride >= 1, op, ": window and stride must be at least 1, got ", pool.window,
          " and ", pool.stride);
  require(pool.window <= most_samples && pool.stride <= most_samples, op, ": window and stride must be at most ",
          most_samples, ", got ", pool.window, " and ", pool.stride);
  require(pool.left >= 0 && pool.right >= 0 && pool.left < pool.window && pool.right < pool.window, op,
          ": padding must be less than the window ", pool.window, ", got ", pool.left, " and ", pool.right);
  require(L >= 1, op, ": nothing to pool in ", x.shape());
  require(pool.window <= L + pool.left + pool.right, op, ": window ", pool.window, " is longer than the padded input ",
          x.shape());
  return x.shape().with(2, pool.output_length(L));
}

}  // namespace SEISGRAD
