#include "kernels/elementwise.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

Tensor like(const Tensor& x) { return Tensor(x.shape(), DType::floating, x.device()); }

Tensor binary(const char* op, Binary* cpu, Binary* gpu, const Tensor& a, const Tensor& b) {
  require(a.shape() == b.shape(), op, ": shapes must be equal, got ", a.shape(), " and ", b.shape());
  Tensor y = like(a);
  on(common_device(op, a, b), cpu, gpu)(a.flat<const real>(), b.flat<const real>(), y.flat<real>());
  return y;
}

// f(x), whose gradient kernel needs the result, or where of_argument the argument.
Tensor unary(const char* op, Unary* cpu, Unary* gpu, UnaryBackward* cpu_backward, UnaryBackward* gpu_backward,
             const Tensor& x, bool of_argument = false) {
  Tensor y = like(x);
  on(x.device(), cpu, gpu)(x.flat<const real>(), y.flat<real>());
  // detached: a closure that held the recorded tensor itself would be harmless, but this says what it needs
  return record(op, y, {x}, [=, v = (of_argument ? x : y).detach()](const Tensor& dy) -> Gradients {
    Tensor dx = like(dy);
    on(dy.device(), cpu_backward, gpu_backward)(dy.flat<const real>(), v.flat<const real>(), dx.flat<real>());
    return {dx};
  });
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  return record("add", binary("add", cpu::add, gpu::add, a, b), {a, b}, [](const Tensor& dy) -> Gradients {
    return {dy, dy};
  });
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  return record("subtract", binary("subtract", cpu::subtract, gpu::subtract, a, b), {a, b},
                [negative = wants_gradient(b)](const Tensor& dy) -> Gradients {
                  return {dy, negative ? scale(dy, -1) : Tensor()};
                });
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  // a factor is kept only where the other's gradient needs it
  const Tensor kept_a = wants_gradient(b) ? a.detach() : Tensor(), kept_b = wants_gradient(a) ? b.detach() : Tensor();
  return record("multiply", binary("multiply", cpu::multiply, gpu::multiply, a, b), {a, b},
                [kept_a, kept_b](const Tensor& dy) -> Gradients {
                  return {kept_b ? multiply(dy, kept_b) : Tensor(), kept_a ? multiply(dy, kept_a) : Tensor()};
                });
}

Tensor scale(const Tensor& a, real factor) {
  Tensor y = like(a);
  on(a.device(), reference::scale<real>, gpu::scale)(a.flat<const real>(), factor, y.flat<real>());
  return record("scale", y, {a}, [factor](const Tensor& dy) -> Gradients { return {scale(dy, factor)}; });
}

Tensor relu(const Tensor& x) { return unary("relu", cpu::relu, gpu::relu, cpu::relu_backward, gpu::relu_backward, x); }
Tensor sigmoid(const Tensor& x) {
  return unary("sigmoid", cpu::sigmoid, gpu::sigmoid, cpu::sigmoid_backward, gpu::sigmoid_backward, x);
}
Tensor hard_sigmoid(const Tensor& x) {
  return unary("hard_sigmoid", cpu::hard_sigmoid, gpu::hard_sigmoid, cpu::hard_sigmoid_backward,
               gpu::hard_sigmoid_backward, x);
}
Tensor tanh(const Tensor& x) { return unary("tanh", cpu::tanh, gpu::tanh, cpu::tanh_backward, gpu::tanh_backward, x); }
Tensor exp(const Tensor& x) {
  return unary("exp", cpu::exp, gpu::exp, reference::exp_backward<real>, gpu::exp_backward, x);
}
Tensor log(const Tensor& x) {
  return unary("log", reference::log<real>, gpu::log, reference::log_backward<real>, gpu::log_backward, x, true);
}

}  // namespace SEISGRAD
