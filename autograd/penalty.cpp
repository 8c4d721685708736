#include "kernels/penalty.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

static Tensor penalty(const char* op, Penalty* cpu, Penalty* gpu, PenaltyBackward* cpu_backward,
                      PenaltyBackward* gpu_backward, const Tensor& w) {
  Tensor sum(Shape{}, DType::floating, w.device());
  on(w.device(), cpu, gpu)(w.flat<const real>(), sum.flat<real>());
  return record(op, sum, {w}, [=, w = w.detach()](const Tensor& dsum) -> Gradients {
    Tensor dw(w.shape(), DType::floating, w.device());
    on(w.device(), cpu_backward, gpu_backward)(dsum.flat<const real>(), w.flat<const real>(), dw.flat<real>());
    return {dw};
  });
}

Tensor l1_penalty(const Tensor& w) {
  return penalty("l1_penalty", reference::l1_penalty<real>, gpu::l1_penalty, reference::l1_penalty_backward<real>,
                 gpu::l1_penalty_backward, w);
}
Tensor l2_penalty(const Tensor& w) {
  return penalty("l2_penalty", reference::l2_penalty<real>, gpu::l2_penalty, reference::l2_penalty_backward<real>,
                 gpu::l2_penalty_backward, w);
}

}  // namespace SEISGRAD
