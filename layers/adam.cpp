#include "layers/adam.h"

#include "autograd/on.h"

namespace SEISGRAD {

void Adam::add(const Tensor& parameter) {
  const auto moment = [&] { return Tensor::zeros(parameter.shape(), parameter.device()); };
  slots_.push_back({parameter, moment(), moment()});
}

void Adam::step() {
  ++steps_;
  for (const Slot& slot : slots_) {
    const Tensor& gradient = slot.parameter.grad();
    if (!gradient) continue;
    on(gradient.device(), reference::adam_step<real>, gpu::adam_step)(gradient.flat<const real>(), options_, steps_,
                                                                      slot.m.flat<real>(), slot.v.flat<real>(),
                                                                      slot.parameter.flat<real>());
    slot.parameter.set_grad({});
  }
}

}  // namespace SEISGRAD
