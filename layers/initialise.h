// Initial weights, from counter-based random numbers: `key` names the sequence, so a tensor's values depend on nothing
// else. fan_in and fan_out of a conv weight (O,C,K) are C K and O K, of a matrix (O,I) I and O.
#pragma once
#include "kernels/philox.h"
#include "tensor/tensor.h"

namespace SEISGRAD {

// Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010, eq. 16): Keras' default for conv and LSTM kernels.
void xavier_uniform(const Tensor& weight, RandomKey key);
// Normal with variance 2 / (fan_in + fan_out) (the same paper's scale).
void xavier_normal(const Tensor& weight, RandomKey key);
// The same variance from a normal distribution cut off at two deviations: Keras' glorot_normal.
void truncated_xavier_normal(const Tensor& weight, RandomKey key);
// Normal with variance 2 / fan_in (He et al. 2015, eq. 10).
void he_normal(const Tensor& weight, RandomKey key);
// A matrix (rows, columns) with orthonormal columns, or rows if there are fewer (Saxe et al. 2014).
void orthogonal(const Tensor& weight, RandomKey key);

}  // namespace SEISGRAD
