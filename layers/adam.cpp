#include "layers/adam.h"

#include "autograd/on.h"

namespace SEISGRAD {

void Adam::make_moments() {
  int64_t size = 0;
  for (const Tensor& p : parameters_) size += p.size();
  const Device device = parameters_.empty() ? Device::cpu : parameters_[0].device();
  m_ = Tensor::zeros({size}, device);
  v_ = Tensor::zeros({size}, device);
  rate_ = Tensor::zeros({1}, device);
}

void Adam::begin_step() {
  const double rate = adam_rate(options_, ++steps_);
  rate_.copy_from(Tensor::full({1}, static_cast<real>(rate), rate_.device()));
}

void Adam::update() {
  std::vector<AdamParameter> all;
  int64_t begin = 0;
  for (const Tensor& p : parameters_) {
    const Tensor& gradient = p.grad();
    if (gradient) common_device("Adam", m_, p, gradient);
    if (gradient) all.push_back({gradient.flat<const real>().data, p.flat<real>().data, begin});
    else all.push_back({nullptr, nullptr, begin});
    begin += p.size();
  }
  on(m_.device(), reference::adam_step<real>, gpu::adam_step)(all, options_, rate_.flat<const real>(), m_.flat<real>(),
                                                              v_.flat<real>());
  for (const Tensor& p : parameters_) p.set_grad({});
}

void Adam::restore(const State& state) {
  require(state.m.shape() == m_.shape() && state.v.shape() == v_.shape() && state.steps >= 0, "Adam: moments of ",
          state.m.shape(), " for parameters of ", m_.shape());
  m_.copy_from(state.m);
  v_.copy_from(state.v);
  steps_ = state.steps;
}

}  // namespace SEISGRAD
