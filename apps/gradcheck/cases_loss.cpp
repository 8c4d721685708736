#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

Shape any_shape(Random& random) { return {random.size(4), random.size(5), random.size(20)}; }

// v in low..high against targets in 0..1, which get no gradient.
GradcheckCase binary(Tensor (*loss)(const Tensor&, const Tensor&), Random& random, double low, double high) {
  const Shape shape = any_shape(random);
  const Tensor target = random.tensor(shape, 0, 1);
  return {[=](const std::vector<Tensor>& in) { return loss(in[0], target.to(in[0].device())); },
          {wanted(random.tensor(shape, low, high))},
          joined("values ", shape)};
}

GradcheckCase penalty(Tensor (*op)(const Tensor&), const Tensor& w) {
  return {[op](const std::vector<Tensor>& in) { return op(in[0]); }, {wanted(w)}, joined("w ", w.shape())};
}

GradcheckCase of_classes(Random& random) {
  const int64_t N = random.size(20), K = random.size(10);
  Tensor labels({N}, DType::int32);
  const auto label = labels.view<int32_t, 1>();
  for (int64_t n = 0; n < N; ++n) label(n) = static_cast<int32_t>(random.integer(0, K - 1));
  return {[labels](const std::vector<Tensor>& in) { return cross_entropy(in[0], labels.to(in[0].device())); },
          {wanted(random.tensor({N, K}, -4, 4))},
          joined("logits (", N, ",", K, ")")};
}

}  // namespace

std::vector<NamedCase> loss_cases() {
  return {
      {"bce", [](Random& r) { return binary(bce, r, 0.02, 0.98); }},
      {"bce_with_logits", [](Random& r) { return binary(bce_with_logits, r, -6, 6); }},
      {"cross_entropy", of_classes},
      {"l1_penalty", [](Random& r) { return penalty(l1_penalty, away_from_zero(r, any_shape(r))); }},
      {"l2_penalty", [](Random& r) { return penalty(l2_penalty, r.tensor(any_shape(r))); }},
  };
}

}  // namespace SEISGRAD
