#include "apps/train/gradients.h"

#include <cmath>
#include <stdexcept>

#include "autograd/ops.h"

namespace seisgrad {
namespace {

// Sums of squares: not finite where a value is not, or is over 1e19 in float, which is no better.
struct Sums {
  std::vector<std::string> names;
  std::vector<Tensor> squares;

  void add(const std::string& name, const Tensor& t) {
    names.push_back(name);
    squares.push_back(l2_penalty(t.detach()).reshape({1}));
  }
};

}  // namespace

double checked_gradient_norm(const Task& task, double loss) {
  if (!std::isfinite(loss)) throw std::runtime_error(joined("the loss is ", loss));
  Sums sums;
  size_t gradients = 0;
  task.visit([&](const std::string& name, const Tensor& t, bool) {
    if (t.grad()) sums.add("the gradient of " + name, t.grad()), ++gradients;
  });
  task.visit([&](const std::string& name, const Tensor& t, bool) { sums.add(name, t); });
  const Tensor all = concat(sums.squares, 0).to(Device::cpu);
  double norm = 0;
  for (size_t i = 0; i < sums.names.size(); ++i) {
    const double squares = double(all.values()[i]);
    if (!std::isfinite(squares)) throw std::runtime_error(sums.names[i] + " is not finite");
    if (i < gradients) norm += squares;
  }
  return std::sqrt(norm);
}

void scale_gradients(const Task& task, double factor) {
  task.visit([&](const std::string&, const Tensor& t, bool) {
    if (t.grad()) t.set_grad(scale(t.grad().detach(), static_cast<real>(factor)));
  });
}

}  // namespace seisgrad
