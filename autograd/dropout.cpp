#include "kernels/dropout.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// Rows of `row` neighbouring values are kept or dropped together.
Tensor drop_rows(const char* op, const Tensor& x, int64_t row, double p, RandomKey key, const Tensor& counter) {
  require(p >= 0 && p < 1, op, ": p must be in [0,1), got ", p);
  if (counter) require(counter.size() == 1, op, ": the counter must be one number, got ", counter.shape());
  common_device(op, x, counter);
  if (p == 0) return x;
  const Shape rows{row == 0 ? 0 : x.size() / row, row};
  const auto drop = [=](const Tensor& from) {
    Tensor to(from.shape(), DType::floating, from.device());
    const Dropout how{p, key, counter ? counter.flat<const int32_t>().data : nullptr};
    on(from.device(), cpu::dropout, gpu::dropout)(from.reshape(rows).view<const real, 2>(), how,
                                                  to.reshape(rows).view<real, 2>());
    return to;
  };
  return record(op, drop(x), {x}, [drop](const Tensor& dy) -> Gradients { return {drop(dy)}; });
}

}  // namespace

Tensor dropout(const Tensor& x, double p, RandomKey key, const Tensor& counter) {
  return drop_rows("dropout", x, 1, p, key, counter);
}

Tensor spatial_dropout(const Tensor& x, double p, RandomKey key, const Tensor& counter) {
  require(x.shape().rank() == 3, "spatial_dropout: x must be (N,C,L), got ", x.shape());
  return drop_rows("spatial_dropout", x, x.shape()[2], p, key, counter);
}

Tensor dropout_mask(const Shape& shape, double p, RandomKey key, Device device, const Tensor& counter) {
  return dropout(Tensor::full(shape, 1, device), p, key, counter);
}

}  // namespace SEISGRAD
