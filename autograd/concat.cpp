#include "kernels/concat.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"
#include "kernels/padding.h"

namespace SEISGRAD {
namespace {

// The axes before `axis` as rows, it and those after it as columns.
Tensor as_matrix(const Tensor& x, int axis) {
  return x.reshape({x.shape().size(0, axis), x.shape().size(axis, x.shape().rank())});
}

}  // namespace

Tensor concat(const std::vector<Tensor>& parts, int axis) {
  require(!parts.empty(), "concat: no tensors given");
  const Tensor& first = parts[0];
  require(axis >= 0 && axis < first.shape().rank(), "concat: no axis ", axis, " in ", first.shape());
  Shape shape = first.shape().with(axis, 0);
  for (const Tensor& part : parts) {
    require(part.shape().rank() == shape.rank() && part.shape().with(axis, 0) == shape.with(axis, 0),
            "concat: shapes may differ along axis ", axis, " only, got ", first.shape(), " and ", part.shape());
    common_device("concat", first, part);
    shape = shape.with(axis, shape[axis] + part.shape()[axis]);
  }

  Tensor y(shape, DType::floating, first.device());
  int64_t column = 0;
  for (const Tensor& part : parts) {
    const auto columns = as_matrix(part, axis).view<const real, 2>();
    on(y.device(), cpu::concat_part, gpu::concat_part)(columns, column, as_matrix(y, axis).view<real, 2>());
    column += columns.extent[1];
  }

  std::vector<Shape> shapes;
  std::vector<bool> wanted;
  for (const Tensor& part : parts) {
    shapes.push_back(part.shape());
    wanted.push_back(wants_gradient(part));
  }
  return record("concat", y, parts, [=](const Tensor& dy) -> Gradients {
    Gradients dparts(shapes.size());
    int64_t begin = 0;
    for (size_t i = 0; i < shapes.size(); begin += shapes[i].size(axis, shapes[i].rank()), ++i) {
      if (!wanted[i]) continue;
      dparts[i] = Tensor(shapes[i], DType::floating, dy.device());
      on(dy.device(), cpu::crop, gpu::crop)(as_matrix(dy, axis).view<const real, 2>(), begin,
                                            as_matrix(dparts[i], axis).view<real, 2>());
    }
    return dparts;
  });
}

}  // namespace SEISGRAD
