#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

std::vector<NamedCase> linear_cases() {
  return {
      {"linear",
       [](Random& random) {
         const int64_t I = random.size(40), O = random.size(40);
         const Tensor x =
             random.coin() ? random.tensor({random.size(9), I}) : random.tensor({random.size(4), random.size(9), I});
         const Tensor bias = random.coin() ? wanted(random.tensor({O})) : Tensor();
         return GradcheckCase{[](const std::vector<Tensor>& in) { return linear(in[0], in[1], in[2]); },
                              {wanted(x), wanted(random.tensor({O, I})), bias},
                              joined("x ", x.shape(), ", ", O, bias ? " outputs" : " outputs, no bias")};
       }},
      {"matmul",
       [](Random& random) {
         const int64_t M = random.size(20), K = random.size(40), N = random.size(40);
         return GradcheckCase{[](const std::vector<Tensor>& in) { return matmul(in[0], in[1]); },
                              {wanted(random.tensor({M, K})), wanted(random.tensor({K, N}))},
                              joined("(", M, ",", K, ") (", K, ",", N, ")")};
       }},
  };
}

}  // namespace SEISGRAD
