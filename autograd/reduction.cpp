#include "kernels/reduction.h"

#include <algorithm>

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// Over the neighbouring axes from..to-1.
Tensor sum_over(const Tensor& x, int from, int to) {
  const int64_t O = x.shape().size(0, from), R = x.shape().size(from, to), I = x.shape().size(to, x.shape().rank());
  Tensor y(x.shape().without(from, to), DType::floating, x.device());
  on(x.device(), cpu::sum, gpu::sum)(x.reshape({O, R, I}).view<const real, 3>(), y.reshape({O, I}).view<real, 2>());
  return record("sum", y, {x}, [=, shape = x.shape()](const Tensor& dy) -> Gradients {
    Tensor dx(shape, DType::floating, dy.device());
    on(dy.device(), cpu::sum_backward, gpu::sum_backward)(dy.reshape({O, I}).view<const real, 2>(),
                                                          dx.reshape({O, R, I}).view<real, 3>());
    return {dx};
  });
}

// The axes in ascending order, each valid and named once.
std::vector<int> checked(const char* op, const Tensor& x, std::vector<int> axes) {
  std::sort(axes.begin(), axes.end());
  for (size_t i = 0; i < axes.size(); ++i) {
    require(axes[i] >= 0 && axes[i] < x.shape().rank(), op, ": no axis ", axes[i], " in ", x.shape());
    require(i == 0 || axes[i] != axes[i - 1], op, ": axis ", axes[i], " is named twice");
  }
  return axes;
}

std::vector<int> all_axes(const Tensor& x) {
  std::vector<int> axes;
  for (int axis = 0; axis < x.shape().rank(); ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace

Tensor sum(const Tensor& x, const std::vector<int>& axes) {
  const std::vector<int> sorted = checked("sum", x, axes);
  Tensor y = x;
  // from the last run of neighbouring axes to the first: the axes before a run keep their numbers
  for (size_t end = sorted.size(); end > 0;) {
    size_t begin = end - 1;
    while (begin > 0 && sorted[begin - 1] == sorted[begin] - 1) --begin;
    y = sum_over(y, sorted[begin], sorted[end - 1] + 1);
    end = begin;
  }
  return y;
}

Tensor mean(const Tensor& x, const std::vector<int>& axes) {
  int64_t count = 1;
  for (const int axis : checked("mean", x, axes)) count *= x.shape()[axis];
  require(count > 0, "mean: no values to average in ", x.shape());
  return scale(sum(x, axes), real(1) / static_cast<real>(count));
}

Tensor sum(const Tensor& x) { return sum(x, all_axes(x)); }
Tensor mean(const Tensor& x) { return mean(x, all_axes(x)); }

}  // namespace SEISGRAD
