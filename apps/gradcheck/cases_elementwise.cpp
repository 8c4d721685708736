#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {
namespace {

GradcheckCase of(Tensor (*op)(const Tensor&), Tensor x) {
  return {[op](const std::vector<Tensor>& in) { return op(in[0]); }, {wanted(x)}, joined("x ", x.shape())};
}

GradcheckCase of(Tensor (*op)(const Tensor&, const Tensor&), Random& random) {
  const Shape shape{random.size(5), random.size(20)};
  return {[op](const std::vector<Tensor>& in) { return op(in[0], in[1]); },
          {wanted(random.tensor(shape)), wanted(random.tensor(shape))},
          joined("a, b ", shape)};
}

Shape any_shape(Random& random) { return {random.size(4), random.size(5), random.size(20)}; }

}  // namespace

std::vector<NamedCase> elementwise_cases() {
  return {
      {"add", [](Random& r) { return of(add, r); }},
      {"subtract", [](Random& r) { return of(subtract, r); }},
      {"multiply", [](Random& r) { return of(multiply, r); }},
      {"scale",
       [](Random& r) {
         const real factor = static_cast<real>(r.uniform(-3, 3));
         const Tensor x = r.tensor(any_shape(r));
         return GradcheckCase{[factor](const std::vector<Tensor>& in) { return scale(in[0], factor); },
                              {wanted(x)},
                              joined("x ", x.shape(), ", factor ", factor)};
       }},
      {"relu", [](Random& r) { return of(relu, away_from_zero(r, any_shape(r))); }},
      {"sigmoid", [](Random& r) { return of(sigmoid, r.tensor(any_shape(r), -6, 6)); }},
      // kinks at +-2.5: values x with |x| far from it, inside and outside
      {"hard_sigmoid",
       [](Random& r) {
         Tensor x = r.tensor(any_shape(r), -5, 5);
         for (real& v : x.write())
           if (v > -2.51 && v < -2.49) v = -2;
           else if (v > 2.49 && v < 2.51) v = 2;
         return of(hard_sigmoid, x);
       }},
      {"tanh", [](Random& r) { return of(seisgrad::tanh, r.tensor(any_shape(r), -3, 3)); }},
      {"exp", [](Random& r) { return of(seisgrad::exp, r.tensor(any_shape(r), -2, 2)); }},
      {"log", [](Random& r) { return of(seisgrad::log, r.tensor(any_shape(r), 0.1, 3)); }},
  };
}

}  // namespace SEISGRAD
