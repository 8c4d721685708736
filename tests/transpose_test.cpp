#include "kernels/transpose.h"

#include "autograd/ops.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

TEST_CASE("transpose: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({2, 3}, std::vector<real>{1, 2, 3, 4, nan, 6}, device);
    CHECK(transpose(x).shape() == Shape{3, 2});
    check_agrees("matrix", transpose(x), {1, 4, 2, nan, 3, 6}, 0);
    CHECK(transpose(x.reshape({3, 1, 2})).shape() == Shape{3, 2, 1});
    check_agrees("rows stay in their sample", transpose(x.reshape({3, 1, 2})), {1, 2, 3, 4, nan, 6}, 0);
    CHECK(transpose(x).memory() != x.memory());
    CHECK(transpose(Tensor::zeros({2, 0, 3}, device)).shape() == Shape{2, 3, 0});
  });
}

TEST_CASE("transpose: equals the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const Tensor x = random.coarse({random.size(4), random.size(67), random.size(67)});
    const Tensor dy = random.coarse({x.shape()[0], x.shape()[2], x.shape()[1]});
    CAPTURE(seed);
    Array<double, 3> y(dy.shape()), dx(x.shape());
    auto wide = widened<3>(x), wide_dy = widened<3>(dy);
    reference::transpose<double>(wide.in(), y.view());
    reference::transpose<double>(wide_dy.in(), dx.view());

    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor turned = transpose(input);
      check_agrees("y", turned, y.values, 0);
      check_agrees("dx", tape.gradients(turned, dy.to(device), {input})[0], dx.values, 0);
    });
  }
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("transpose: the barrier of the CUDA kernel is needed") {
  const Tensor x = Random(1).tensor({2, 40, 35}).to(Device::cuda);
  check_each_barrier_is_needed([&] { return all_values({transpose(x)}); });
  CHECK(simt::barrier_sites().size() == 1);
}
#endif

TEST_CASE("transpose: what it refuses") {
  CHECK_THROWS_WITH(transpose(Tensor::zeros({3})), "transpose: x must have rank 2 or 3, got (3)");
  CHECK_THROWS_AS(transpose(Tensor::zeros({1, 2, 3, 4})), std::invalid_argument);
}
