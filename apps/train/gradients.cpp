#include "apps/train/gradients.h"

#include <cmath>

#include "autograd/ops.h"

namespace seisgrad {

Squares squares_of(const Task& task) {
  Squares s;
  std::vector<Tensor> sums;
  const auto add = [&](const std::string& name, const Tensor& t) {
    s.names.push_back(name);
    sums.push_back(l2_penalty(t.detach()).reshape({1}));
  };
  task.visit([&](const std::string& name, const Tensor& t, bool) {
    if (t.grad()) add("the gradient of " + name, t.grad());
  });
  s.gradients = s.names.size();
  task.visit([&](const std::string& name, const Tensor& t, bool) { add(name, t); });
  s.sums = concat(sums, 0);
  return s;
}

double checked_gradient_norm(const Squares& squares, double loss) {
  if (!std::isfinite(loss)) throw NotFinite(joined("the loss is ", loss));
  const Tensor host = squares.sums.to(Device::cpu);
  double sum = 0;
  for (size_t i = 0; i < squares.names.size(); ++i) {
    const double value = double(host.values()[i]);
    if (!std::isfinite(value)) throw NotFinite(squares.names[i] + " is not finite");
    if (i < squares.gradients) sum += value;
  }
  return std::sqrt(sum);
}

void check_finite(const Task& task) { checked_gradient_norm(squares_of(task), 0); }

void scale_gradients(const Task& task, double factor) {
  task.visit([&](const std::string&, const Tensor& t, bool) {
    if (t.grad()) t.set_grad(scale(t.grad().detach(), static_cast<real>(factor)));
  });
}

}  // namespace seisgrad
