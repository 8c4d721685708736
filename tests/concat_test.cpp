#include "kernels/concat.h"

#include "autograd/ops.h"
#include "kernels/padding.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("concat: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor a = Tensor::from({2, 2}, std::vector<real>{1, 2, 3, 4}, device);
    const Tensor b = Tensor::from({2, 1}, std::vector<real>{5, nan}, device);
    const Tensor c = Tensor::from({1, 2}, std::vector<real>{7, 8}, device);
    CHECK(concat({a, b, a}, 1).shape() == Shape{2, 5});
    check_agrees("axis 1", concat({a, b, a}, 1), {1, 2, 5, 1, 2, 3, 4, nan, 3, 4}, 0);
    check_agrees("axis 0", concat({c, a}, 0), {7, 8, 1, 2, 3, 4}, 0);
    check_agrees("one part", concat({a}, 0), {1, 2, 3, 4}, 0);
    check_agrees("an empty part", concat({Tensor::zeros({0, 2}, device), c}, 0), {7, 8}, 0);

    Tape tape;
    a.set_requires_grad();
    const Tensor y = concat({a, b, a}, 1);
    const Tensor dy = Tensor::from({2, 5}, std::vector<real>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, device);
    const Gradients gradients = tape.gradients(y, dy, {a, b});
    check_agrees("a gets both of its places", gradients[0], {5, 7, 15, 17}, 0);
    CHECK(!gradients[1]);
  });
}

TEST_CASE("concat: equals the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int axis = static_cast<int>(random.integer(0, 2));
    const Shape base = seed % 10 == 9 ? Shape{2, 3, 5011} : Shape{random.size(8), random.size(17), random.size(31)};
    int64_t rows = 1;
    for (int before = 0; before < axis; ++before) rows *= base[before];

    std::vector<Tensor> parts;
    int64_t along = 0, inner = base.size() / rows / base[axis];
    for (int64_t i = random.integer(1, 4); i > 0; --i) {
      parts.push_back(random.coarse(base.with(axis, random.size(7))));
      along += parts.back().shape()[axis];
    }
    CAPTURE(seed);
    Array<double, 2> whole(Shape{rows, along * inner});
    int64_t column = 0;
    for (const Tensor& part : parts) {
      auto wide = widened<2>(part.reshape({rows, part.size() / rows}));
      reference::concat_part<double>(wide.in(), column, whole.view());
      column += wide.extent[1];
    }

    on_each_device([&](Device device) {
      Tape tape;
      std::vector<Tensor> inputs;
      for (const Tensor& part : parts) {
        inputs.push_back(part.to(device));
        inputs.back().set_requires_grad();
      }
      const Tensor y = concat(inputs, axis);
      CHECK(y.shape() == base.with(axis, along));
      check_agrees("y", y, whole.values, 0);
      // with y itself as its gradient, each part gets itself back
      const Gradients gradients = tape.gradients(y, y.detach(), inputs);
      for (size_t i = 0; i < parts.size(); ++i) check_agrees("dx", gradients[i], widened<3>(parts[i]).values, 0);
    });
  }
}

TEST_CASE("concat: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(concat({}, 0), "concat: no tensors given");
  CHECK_THROWS_WITH(concat({x}, 2), "concat: no axis 2 in (2,3)");
  CHECK_THROWS_WITH(concat({x, Tensor::zeros({3, 3})}, 1),
                    "concat: shapes may differ along axis 1 only, got (2,3) and (3,3)");
  CHECK_THROWS_AS(concat({x, Tensor::zeros({6})}, 0), std::invalid_argument);
}
