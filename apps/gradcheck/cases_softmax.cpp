#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

static GradcheckCase of_rows(Tensor (*op)(const Tensor&), Random& random) {
  const Shape shape =
      random.coin() ? Shape{random.size(7), random.size(20)} : Shape{random.size(4), random.size(5), random.size(20)};
  return {[op](const std::vector<Tensor>& in) { return op(in[0]); },
          {wanted(random.tensor(shape, -4, 4))},
          joined("x ", shape)};
}

std::vector<NamedCase> softmax_cases() {
  return {
      {"softmax", [](Random& random) { return of_rows(softmax, random); }},
      {"log_softmax", [](Random& random) { return of_rows(log_softmax, random); }},
  };
}

}  // namespace SEISGRAD
