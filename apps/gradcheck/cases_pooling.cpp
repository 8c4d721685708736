#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

static Pool1d any_pool(Random& random) {
  const int64_t window = random.size(6);
  return {.window = window,
          .stride = random.size(5),
          .left = random.integer(0, window - 1),
          .right = random.integer(0, window - 1)};
}

static std::string described(const Tensor& x, Pool1d pool) {
  return joined("x ", x.shape(), ", window ", pool.window, ", stride ", pool.stride, ", padding ", pool.left, "+",
                pool.right);
}

std::vector<NamedCase> pooling_cases() {
  return {
      {"avg_pool1d",
       [](Random& random) {
         const Pool1d pool = any_pool(random);
         const Tensor x = random.tensor({random.size(3), random.size(4), std::max(random.size(40), pool.window)});
         return GradcheckCase{[pool](const std::vector<Tensor>& in) { return avg_pool1d(in[0], pool); },
                              {wanted(x)},
                              described(x, pool)};
       }},
      {"max_pool1d",
       [](Random& random) {
         const Pool1d pool = any_pool(random);
         const Tensor x = distinct(random, {random.size(3), random.size(4), std::max(random.size(40), pool.window)});
         return GradcheckCase{[pool](const std::vector<Tensor>& in) { return max_pool1d(in[0], pool); },
                              {wanted(x)},
                              described(x, pool)};
       }},
      {"upsample1d",
       [](Random& random) {
         const int64_t factor = random.integer(1, 4);
         const Tensor x = random.tensor({random.size(3), random.size(4), random.size(20)});
         return GradcheckCase{[factor](const std::vector<Tensor>& in) { return upsample1d(in[0], factor); },
                              {wanted(x)},
                              joined("x ", x.shape(), ", factor ", factor)};
       }},
  };
}

}  // namespace SEISGRAD
