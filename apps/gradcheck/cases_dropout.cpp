#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

static GradcheckCase any_dropout(decltype(dropout)* op, Purpose purpose, Random& random) {
  const double p = random.uniform(0, 0.9);
  const RandomKey key{.seed = random.bits(), .purpose = purpose, .step = static_cast<uint32_t>(random.integer(0, 9))};
  const Tensor x = random.tensor({random.size(3), random.size(5), random.size(20)});
  return {[=](const std::vector<Tensor>& in) { return op(in[0], p, key, {}); },
          {wanted(x)},
          joined("x ", x.shape(), ", p ", p, ", seed ", key.seed, ", step ", key.step)};
}

std::vector<NamedCase> dropout_cases() {
  return {
      {"dropout", [](Random& random) { return any_dropout(dropout, Purpose::dropout, random); }},
      {"spatial_dropout",
       [](Random& random) { return any_dropout(spatial_dropout, Purpose::spatial_dropout, random); }},
  };
}

}  // namespace SEISGRAD
