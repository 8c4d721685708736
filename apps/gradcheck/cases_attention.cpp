#include <algorithm>
#include <cmath>

#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

Attention attend(const std::vector<Tensor>& in, AttentionOptions options) {
  return additive_attention(in[0], in[1], in[2], in[3], in[4], in[5], options);
}

// The smallest lead that the best key of a query has over the second: the maximum over keys has a kink at ties. Scores
// differ by the logarithm of the ratio of the weights of a global attention.
double smallest_lead(const std::vector<Tensor>& in) {
  const Tensor weights = attend(in, {}).weights;
  const int64_t T = weights.shape()[2];
  double smallest = 1;
  for (int64_t row = 0; T > 1 && row < weights.size(); row += T) {
    std::vector<real> keys(weights.values().begin() + row, weights.values().begin() + row + T);
    std::nth_element(keys.begin(), keys.begin() + 1, keys.end(), std::greater<>());
    smallest = std::min(smallest, std::log(double(keys[0] / keys[1])));
  }
  return smallest;
}

GradcheckCase attention_case(Random& random) {
  const int64_t N = random.size(3), T = random.size(20), C = random.size(17), U = random.size(20);
  // a large epsilon makes what flows through the maximum large
  const AttentionOptions options{.width = random.coin() ? 0 : random.size(T + 2),
                                 .epsilon = random.coin() ? 1e-7 : random.uniform(1e-3, 1)};
  std::vector<Tensor> in;
  do {
    in = {random.tensor({N, T, C}), random.tensor({U, C}), random.tensor({U, C}),
          random.tensor({U}),       random.tensor({U}),    random.tensor({1})};
  } while (smallest_lead(in) < 1e-3);
  for (const Tensor& t : in) t.set_requires_grad();
  return {[options](const std::vector<Tensor>& inputs) { return attend(inputs, options).values; }, in,
          joined("x ", in[0].shape(), ", ", U, " units, width ", options.width, ", epsilon ", options.epsilon)};
}

}  // namespace

std::vector<NamedCase> attention_cases() { return {{"additive_attention", attention_case}}; }

}  // namespace SEISGRAD
