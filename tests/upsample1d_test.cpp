#include "kernels/upsample1d.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("upsample1d: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({1, 2, 2}, std::vector<real>{1, -2, 3, nan}, device);
    const Tensor y = upsample1d(x, 3);
    CHECK(y.shape() == Shape{1, 2, 6});
    check_agrees("y", y, {1, 1, 1, -2, -2, -2, 3, 3, 3, nan, nan, nan}, 0);
    check_agrees("factor 1", upsample1d(x, 1), {1, -2, 3, nan}, 0);
    CHECK(upsample1d(Tensor::zeros({0, 2, 3}, device), 2).shape() == Shape{0, 2, 6});

    Tape tape;
    x.set_requires_grad();
    const Tensor dy = Tensor::from({1, 2, 4}, std::vector<real>{1, 2, 3, 4, 5, 6, 7, 8}, device);
    check_agrees("dx", tape.gradients(upsample1d(x, 2), dy, {x})[0], {3, 7, 11, 15}, 0);
  });
}

TEST_CASE("upsample1d: equals the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t factor = random.coin() ? 2 : random.integer(1, 5);
    // some longer than one task
    const Tensor x = seed % 10 == 9 ? random.coarse({1, 1, 20011})
                                    : random.coarse({random.size(3), random.size(5), random.size(200)});
    const Tensor dy = random.coarse(x.shape().with(2, factor * x.shape()[2]));
    CAPTURE(seed);

    Array<double, 1> y(Shape{dy.size()}), dx(Shape{x.size()});
    auto wide = widened<1>(x.reshape({x.size()})), wide_dy = widened<1>(dy.reshape({dy.size()}));
    reference::upsample1d<double>(wide.in(), factor, y.view());
    reference::upsample1d_backward<double>(wide_dy.in(), factor, dx.view());

    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor up = upsample1d(input, factor);
      check_agrees("y", up, y.values, 0);
      check_agrees("dx", tape.gradients(up, dy.to(device), {input})[0], dx.values, 0);
    });
  }
}

TEST_CASE("upsample1d: what it refuses") {
  CHECK_THROWS_WITH(upsample1d(Tensor::zeros({3, 8}), 2), "upsample1d: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(upsample1d(Tensor::zeros({1, 3, 8}), 0), "upsample1d: the factor must be at least 1, got 0");
}
