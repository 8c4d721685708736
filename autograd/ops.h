// Every differentiable operator, in the shapes of its kernel's header. Each validates its inputs
// (std::invalid_argument says what was expected and what came), allocates, runs the kernel of the inputs' device and
// records its gradient on the innermost tape.
#pragma once
#include "kernels/max_pool1d.h"
#include "tensor/tensor.h"

namespace SEISGRAD {

// Elementwise (kernels/elementwise.h), any shape.
Tensor add(const Tensor& a, const Tensor& b);  // equal shapes
Tensor subtract(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor scale(const Tensor& a, real factor);
Tensor relu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor hard_sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);

Tensor max_pool1d(const Tensor& x, Pool1d pool);  // (N,C,L) -> (N,C,M)

}  // namespace SEISGRAD
