#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

Tensor reshape(const Tensor& x, const Shape& shape) {
  return record("reshape", x.reshape(shape), {x},
                [shape = x.shape()](const Tensor& dy) -> Gradients { return {dy.reshape(shape)}; });
}

}  // namespace SEISGRAD
