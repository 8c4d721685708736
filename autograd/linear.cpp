#include "kernels/linear.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"
#include "kernels/matmul.h"

namespace SEISGRAD {
namespace {

// All axes but the last as one.
View<const real, 2> rows(const Tensor& x) {
  const int64_t last = x.shape()[x.shape().rank() - 1];
  return {x.flat<const real>().data, {x.size() / last, last}};
}
View<real, 2> written(const Tensor& x) {
  const View<const real, 2> v = rows(x);
  return {x.flat<real>().data, {v.extent[0], v.extent[1]}};
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Precision precision) {
  const int axes = x.shape().rank();
  require(axes == 2 || axes == 3, "linear: x must be (N,I) or (N,T,I), got ", x.shape());
  require(weight.shape().rank() == 2 && weight.shape()[1] == x.shape()[axes - 1] && weight.size() > 0,
          "linear: weight must be (O,I) with I the last size of x ", x.shape(), ", got ", weight.shape());
  const int64_t O = weight.shape()[0];
  require(!bias || bias.shape() == Shape{O}, "linear: bias must be (", O, "), got ", bias ? bias.shape() : Shape{});

  Tensor y(x.shape().with(axes - 1, O), DType::floating, x.device());
  on(common_device("linear", x, weight, bias), cpu::linear, gpu::linear)(
      rows(x), rows(weight), bias ? bias.view<const real, 1>() : View<const real, 1>{nullptr, {O}}, precision,
      written(y));

  return record(
      "linear", y, {x, weight, bias},
      [x = wants_gradient(weight) ? x.detach() : Tensor(), w = wants_gradient(x) ? weight.detach() : Tensor(),
       wants_db = wants_gradient(bias), precision, x_shape = x.shape(), w_shape = weight.shape()](const Tensor& dy) {
        const Device device = dy.device();
        Tensor dx, dw, db;
        if (w) {
          dx = Tensor(x_shape, DType::floating, device);
          on(device, cpu::linear_backward_data, gpu::linear_backward_data)(rows(dy), rows(w), precision, written(dx));
        }
        if (x) {
          dw = Tensor(w_shape, DType::floating, device);
          on(device, cpu::linear_backward_weight, gpu::linear_backward_weight)(rows(dy), rows(x), precision,
                                                                               written(dw));
        }
        if (wants_db) {
          db = Tensor({w_shape[0]}, DType::floating, device);
          on(device, cpu::linear_backward_bias, gpu::linear_backward_bias)(rows(dy), db.view<real, 1>());
        }
        return Gradients{dx, dw, db};
      });
}

Tensor matmul(const Tensor& a, const Tensor& b, Precision precision) {
  require(a.shape().rank() == 2 && b.shape().rank() == 2 && a.shape()[1] == b.shape()[0],
          "matmul: a must be (M,K) and b (K,N), got ", a.shape(), " and ", b.shape());
  Tensor c({a.shape()[0], b.shape()[1]}, DType::floating, a.device());
  on(common_device("matmul", a, b), cpu::matmul, gpu::matmul)(a.view<const real, 2>(), b.view<const real, 2>(),
                                                              precision, c.view<real, 2>());

  return record("matmul", c, {a, b},
                [a = wants_gradient(b) ? a.detach() : Tensor(), b = wants_gradient(a) ? b.detach() : Tensor(),
                 precision](const Tensor& dc) -> Gradients {
                  const View<const real, 2> d = dc.view<const real, 2>();
                  Tensor da, db;
                  if (b) {
                    da = Tensor({d.extent[0], b.shape()[0]}, DType::floating, dc.device());
                    on(dc.device(), cpu::matmul_transposed_b, gpu::matmul_transposed_b)(d, b.view<const real, 2>(),
                                                                                        precision, da.view<real, 2>());
                  }
                  if (a) {
                    db = Tensor({a.shape()[1], d.extent[1]}, DType::floating, dc.device());
                    on(dc.device(), cpu::matmul_transposed_a, gpu::matmul_transposed_a)(a.view<const real, 2>(), d,
                                                                                        precision, db.view<real, 2>());
                  }
                  return {da, db};
                });
}

}  // namespace SEISGRAD
