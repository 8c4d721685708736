#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

GradcheckCase any_concat(Random& random) {
  const int axis = static_cast<int>(random.integer(0, 2));
  const Shape shape{random.size(3), random.size(4), random.size(6)};
  std::vector<Tensor> parts;
  std::string description = joined("axis ", axis, ", parts");
  for (int64_t i = random.integer(1, 4); i > 0; --i) {
    parts.push_back(random.tensor(shape.with(axis, random.size(5))));
    // the first always wants its gradient, the others by chance
    parts.back().set_requires_grad(parts.size() == 1 || random.coin());
    description += joined(" ", parts.back().shape());
  }
  return {[axis](const std::vector<Tensor>& in) { return concat(in, axis); }, parts, description};
}

}  // namespace

std::vector<NamedCase> shape_cases() {
  return {
      {"reshape",
       [](Random& random) {
         const Tensor x = random.tensor({random.size(5), random.size(6), random.size(7)});
         const Shape shape{x.shape()[2], x.shape()[0] * x.shape()[1]};
         // twice x's values, so that the gradient has two paths into shared memory
         return GradcheckCase{
             [shape](const std::vector<Tensor>& in) { return multiply(reshape(in[0], shape), reshape(in[0], shape)); },
             {wanted(x)},
             joined("x ", x.shape(), " to ", shape)};
       }},
      {"transpose",
       [](Random& random) {
         const int64_t N = random.size(3), R = random.size(9), C = random.size(20);
         const Tensor x = random.tensor(random.coin() ? Shape{R, C} : Shape{N, R, C});
         return GradcheckCase{
             [](const std::vector<Tensor>& in) { return transpose(in[0]); }, {wanted(x)}, joined("x ", x.shape())};
       }},
      {"concat", any_concat},
      {"pad",
       [](Random& random) {
         const Margins by{random.integer(0, 4), random.integer(0, 4)};
         const Tensor x = random.tensor({random.size(3), random.size(4), random.size(20)});
         return GradcheckCase{[by](const std::vector<Tensor>& in) { return pad(in[0], by, real(0.5)); },
                              {wanted(x)},
                              joined("x ", x.shape(), ", ", by.left, "+", by.right)};
       }},
      {"crop",
       [](Random& random) {
         const Margins by{random.integer(0, 4), random.integer(0, 4)};
         const Tensor x = random.tensor({random.size(3), random.size(4), by.left + by.right + random.size(20)});
         return GradcheckCase{[by](const std::vector<Tensor>& in) { return crop(in[0], by); },
                              {wanted(x)},
                              joined("x ", x.shape(), ", ", by.left, "+", by.right)};
       }},
  };
}

}  // namespace SEISGRAD
