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
  void add_values(const Task& task) {
    task.visit([&](const std::string& name, const Tensor& t, bool) { add(name, t); });
  }
  // Throws naming the first that is not finite; else the sum of the first `count`.
  double checked(size_t count) const {
    const Tensor all = concat(squares, 0).to(Device::cpu);
    double sum = 0;
    for (size_t i = 0; i < names.size(); ++i) {
      const double value = double(all.values()[i]);
      if (!std::isfinite(value)) throw std::runtime_error(names[i] + " is not finite");
      if (i < count) sum += value;
    }
    return sum;
  }
};

}  // namespace

double checked_gradient_norm(const Task& task, double loss) {
  if (!std::isfinite(loss)) throw std::runtime_error(joined("the loss is ", loss));
  Sums sums;
  task.visit([&](const std::string& name, const Tensor& t, bool) {
    if (t.grad()) sums.add("the gradient of " + name, t.grad());
  });
  const size_t gradients = sums.names.size();
  sums.add_values(task);
  return std::sqrt(sums.checked(gradients));
}

void check_finite(const Task& task) {
  Sums sums;
  sums.add_values(task);
  sums.checked(0);
}

void scale_gradients(const Task& task, double factor) {
  task.visit([&](const std::string&, const Tensor& t, bool) {
    if (t.grad()) t.set_grad(scale(t.grad().detach(), static_cast<real>(factor)));
  });
}

}  // namespace seisgrad
