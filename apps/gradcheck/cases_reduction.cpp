#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

GradcheckCase over_any_axes(Tensor (*op)(const Tensor&, const std::vector<int>&), Random& random) {
  const Tensor x = random.tensor({random.size(3), random.size(5), random.size(4), random.size(40)});
  std::vector<int> axes;
  std::string description = joined("x ", x.shape(), ", axes");
  for (int axis = 3; axis >= 0; --axis)
    if (random.coin()) {
      axes.push_back(axis);
      description += joined(" ", axis);
    }
  // the gradient of a sum is the same for any x: squares make the check look at the values, too
  return {[=](const std::vector<Tensor>& in) { return op(multiply(in[0], in[0]), axes); }, {wanted(x)}, description};
}

}  // namespace

std::vector<NamedCase> reduction_cases() {
  return {
      {"sum", [](Random& random) { return over_any_axes(sum, random); }},
      {"mean", [](Random& random) { return over_any_axes(mean, random); }},
  };
}

}  // namespace SEISGRAD
