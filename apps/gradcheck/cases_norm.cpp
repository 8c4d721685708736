#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

struct Normalisation {
  Tensor x, gamma, beta;
  real epsilon;
};

Normalisation any(Random& random, Shape shape, int axis, std::initializer_list<double> epsilons) {
  const Shape channels{shape[axis]};
  const double epsilon = epsilons.begin()[random.integer(0, static_cast<int64_t>(epsilons.size()) - 1)];
  return {wanted(random.tensor(shape, -2, 3)), wanted(random.tensor(channels, 0.5, 1.5)),
          wanted(random.tensor(channels)), static_cast<real>(epsilon)};
}

std::string described(const Normalisation& n) { return joined("x ", n.x.shape(), ", epsilon ", n.epsilon); }

}  // namespace

std::vector<NamedCase> norm_cases() {
  return {
      {"batch_norm",
       [](Random& random) {
         const Normalisation n = any(random, {random.size(4), random.size(5), random.size(20)}, 1, {1e-3, 1e-5});
         const Tensor mean = random.tensor(n.gamma.shape()), var = random.tensor(n.gamma.shape(), 0.1, 3);
         return GradcheckCase{[=](const std::vector<Tensor>& in) {
                                const Device device = in[0].device();
                                return batch_norm(in[0], in[1], in[2], mean.to(device), var.to(device), n.epsilon);
                              },
                              {n.x, n.gamma, n.beta},
                              described(n)};
       }},
      {"batch_norm_train",
       [](Random& random) {
         const Normalisation n = any(random, {random.size(4), random.size(5), random.size(20)}, 1, {1e-3, 1e-5});
         return GradcheckCase{[epsilon = n.epsilon](const std::vector<Tensor>& in) {
                                return batch_norm_train(in[0], in[1], in[2], epsilon).y;
                              },
                              {n.x, n.gamma, n.beta},
                              described(n)};
       }},
      {"layer_norm",
       [](Random& random) {
         const Normalisation n = any(random, {random.size(4), random.size(5), random.size(20)}, 2, {1e-5, 1e-14});
         return GradcheckCase{
             [epsilon = n.epsilon](const std::vector<Tensor>& in) { return layer_norm(in[0], in[1], in[2], epsilon); },
             {n.x, n.gamma, n.beta},
             described(n)};
       }},
  };
}

}  // namespace SEISGRAD
