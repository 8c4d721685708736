#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

std::vector<NamedCase> conv1d_cases() {
  return {
      {"conv1d",
       [](Random& random) {
         const int64_t K = random.size(7);
         const Convolution1d conv{.stride = random.coin() ? 1 : random.size(4),
                                  .dilation = random.coin() ? 1 : random.size(4),
                                  .left = random.integer(0, K),
                                  .right = random.integer(0, K)};
         const Tensor x = random.tensor({random.size(3), random.size(5), std::max(random.size(40), conv.span(K))});
         const Tensor w = random.tensor({random.size(10), x.shape()[1], K});
         const bool with_bias = random.coin();
         std::vector<Tensor> inputs = {wanted(x), wanted(w)};
         if (with_bias) inputs.push_back(wanted(random.tensor({w.shape()[0]})));
         return GradcheckCase{
             [conv](const std::vector<Tensor>& in) {
               return conv1d(in[0], in[1], in.size() > 2 ? in[2] : Tensor(), conv);
             },
             inputs,
             joined("x ", x.shape(), ", weight ", w.shape(), with_bias ? ", bias" : "", ", stride ", conv.stride,
                    ", dilation ", conv.dilation, ", padding ", conv.left, "+", conv.right)};
       }},
  };
}

}  // namespace SEISGRAD
