#include "kernels/conv1d.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

static void check(const Tensor& x, const Tensor& weight, const Tensor& bias, const Convolution1d& conv) {
  require(x.shape().rank() == 3, "conv1d: x must be (N,C,L), got ", x.shape());
  const int64_t C = x.shape()[1];
  require(weight.shape().rank() == 3 && weight.shape()[1] == C && weight.size() >= 1,
          "conv1d: weight must be (O,C,K) with C = ", C, " and nothing empty, got ", weight.shape());
  const int64_t O = weight.shape()[0], K = weight.shape()[2];
  if (bias) require(bias.shape() == Shape{O}, "conv1d: bias must be (O) with O = ", O, ", got ", bias.shape());
  require(conv.stride >= 1 && conv.dilation >= 1, "conv1d: stride and dilation must be at least 1, got ", conv.stride,
          " and ", conv.dilation);
  require(conv.left >= 0 && conv.right >= 0, "conv1d: padding must not be negative, got ", conv.left, " and ",
          conv.right);
  for (const int64_t samples : {conv.stride, conv.dilation, conv.left, conv.right})
    require(samples <= most_samples, "conv1d: stride, dilation and padding must be at most ", most_samples, ", got ",
            samples);
  require(conv.dilation <= most_samples / K, "conv1d: a kernel of ", K, " with dilation ", conv.dilation,
          " spans more than ", most_samples, " samples");
  require(conv.span(K) <= x.shape()[2] + conv.left + conv.right, "conv1d: a kernel of ", K, " with dilation ",
          conv.dilation, " spans ", conv.span(K), " samples, the input ", x.shape(), " with padding ", conv.left, "+",
          conv.right, " has fewer");
}

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias, Convolution1d conv) {
  check(x, weight, bias, conv);
  const Device device = common_device("conv1d", x, weight, bias);
  const Shape& shape = x.shape();
  Tensor y({shape[0], weight.shape()[0], conv.output_length(shape[2], weight.shape()[2])}, DType::floating, device);
  on(device, cpu::conv1d, gpu::conv1d)(x.view<const real, 3>(), weight.view<const real, 3>(),
                                       bias ? bias.view<const real, 1>() : View<const real, 1>{nullptr, {0}}, conv,
                                       y.view<real, 3>());

  // Each gradient needs the other operand only: what none needs is not kept.
  const bool wants_x = wants_gradient(x), wants_weight = wants_gradient(weight), wants_bias = wants_gradient(bias);
  return record(
      "conv1d", y, {x, weight, bias},
      [conv, wants_bias, x_shape = shape, w_shape = weight.shape(), kept_w = wants_x ? weight.detach() : Tensor(),
       kept_x = wants_weight ? x.detach() : Tensor()](const Tensor& dy) -> Gradients {
        Tensor dx, dw, db;
        const View<const real, 3> d = dy.view<const real, 3>();
        if (kept_w) {
          dx = Tensor(x_shape, DType::floating, dy.device());
          on(dy.device(), cpu::conv1d_backward_data, gpu::conv1d_backward_data)(d, kept_w.view<const real, 3>(), conv,
                                                                                dx.view<real, 3>());
        }
        if (kept_x) {
          dw = Tensor(w_shape, DType::floating, dy.device());
          on(dy.device(), cpu::conv1d_backward_weight, gpu::conv1d_backward_weight)(d, kept_x.view<const real, 3>(),
                                                                                    conv, dw.view<real, 3>());
        }
        if (wants_bias) {
          db = Tensor({w_shape[0]}, DType::floating, dy.device());
          on(dy.device(), cpu::conv1d_backward_bias, gpu::conv1d_backward_bias)(d, db.view<real, 1>());
        }
        return {dx, dw, db};
      });
}

}  // namespace SEISGRAD
