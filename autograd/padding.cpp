#include "kernels/padding.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// All axes but the last as one.
Tensor as_rows(const Tensor& x) {
  const int last = x.shape().rank() - 1;
  return x.reshape({x.shape().size(0, last), x.shape()[last]});
}

// A tensor for the result of `op`, its last axis longer by left + right.
Tensor longer(const char* op, const Tensor& x, int64_t left, int64_t right) {
  const int last = x.shape().rank() - 1;
  require(last >= 0, op, ": x needs an axis, got a scalar");
  const int64_t length = x.shape()[last] + left + right;
  require(length >= 0, op, ": cannot take ", -left, " and ", -right, " from the last axis of ", x.shape());
  return Tensor(x.shape().with(last, length), DType::floating, x.device());
}

void require_margins(const char* op, Margins by) {
  require(by.left >= 0 && by.right >= 0, op, ": left and right must not be negative, got ", by.left, " and ", by.right);
}

}  // namespace

Tensor pad(const Tensor& x, Margins by, real value) {
  require_margins("pad", by);
  Tensor y = longer("pad", x, by.left, by.right);
  on(x.device(), cpu::pad, gpu::pad)(as_rows(x).view<const real, 2>(), by.left, value, as_rows(y).view<real, 2>());
  return record("pad", y, {x}, [by](const Tensor& dy) -> Gradients { return {crop(dy, by)}; });
}

Tensor crop(const Tensor& x, Margins by) {
  require_margins("crop", by);
  Tensor y = longer("crop", x, -by.left, -by.right);
  on(x.device(), cpu::crop, gpu::crop)(as_rows(x).view<const real, 2>(), by.left, as_rows(y).view<real, 2>());
  return record("crop", y, {x}, [by](const Tensor& dy) -> Gradients { return {pad(dy, by)}; });
}

}  // namespace SEISGRAD
