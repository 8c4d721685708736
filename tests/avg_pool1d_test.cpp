#include "kernels/avg_pool1d.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("avg_pool1d: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({1, 1, 5}, std::vector<real>{1, 3, 5, 8, -2}, device);
    const Tensor holed = Tensor::from({1, 1, 4}, std::vector<real>{1, 3, nan, 8}, device);
    check_agrees("padding does not count", avg_pool1d(x, {.window = 2, .left = 1}), {1, 4, 3}, 0);
    check_agrees("overlap", avg_pool1d(x, {.window = 2, .stride = 1, .right = 1}), {2, 4, 6.5, 3, -2}, 0);
    check_agrees("NaN stays in its window", avg_pool1d(holed, {2}), {2, nan}, 0);
    CHECK(avg_pool1d(Tensor::zeros({0, 2, 4}, device), {2}).shape() == Shape{0, 2, 2});

    Tape tape;
    x.set_requires_grad();
    const Tensor dy = Tensor::from({1, 1, 3}, std::vector<real>{4, 6, 8}, device);
    check_agrees("dx", tape.gradients(avg_pool1d(x, {.window = 2, .left = 1}), dy, {x})[0], {4, 3, 3, 4, 4}, 0);
  });
}

TEST_CASE("avg_pool1d: agrees with the float64 reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t window = random.size(7);
    const Pool1d pool{.window = window,
                      .stride = random.size(5),
                      .left = random.integer(0, window - 1),
                      .right = random.integer(0, window - 1)};
    const Tensor x = random.tensor({random.size(4), random.size(5), std::max(random.size(300), window)});
    const Tensor dy = random.tensor(x.shape().with(2, pool.output_length(x.shape()[2])));
    CAPTURE(seed);

    // w additions, each off by at most epsilon times the sum of magnitudes, and a division
    const auto bounds = [&](Array<double, 3> of_magnitudes) {
      for (double& b : of_magnitudes.values) b *= double(window + 2) * epsilon;
      return of_magnitudes.values;
    };
    auto wide = widened<3>(x), wide_dy = widened<3>(dy), size_x = widened<3>(x, true), size_dy = widened<3>(dy, true);
    Array<double, 3> y(dy.shape()), dx(x.shape()), size_y(dy.shape()), size_dx(x.shape());
    reference::avg_pool1d<double>(wide.in(), pool, y.view());
    reference::avg_pool1d<double>(size_x.in(), pool, size_y.view());
    reference::avg_pool1d_backward<double>(wide_dy.in(), pool, dx.view());
    reference::avg_pool1d_backward<double>(size_dy.in(), pool, size_dx.view());

    const auto compute = [&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor pooled = avg_pool1d(input, pool);
      return std::vector{pooled.detach(), tape.gradients(pooled, dy.to(device), {input})[0]};
    };
    const std::vector<Tensor> on_cpu = compute(Device::cpu);
    on_each_device([&](Device device) {
      const std::vector<Tensor> got = compute(device);
      check_agrees("y", got[0], y.values, 0, bounds(size_y));
      check_agrees("dx", got[1], dx.values, 0, bounds(size_dx));
      CHECK(all_values(got) == all_values(on_cpu));  // the same bits
    });
  }
}

TEST_CASE("avg_pool1d: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8});
  CHECK_THROWS_WITH(avg_pool1d(Tensor::zeros({3, 8}), {.window = 2}), "avg_pool1d: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(avg_pool1d(x, {.window = 9}), "avg_pool1d: window 9 is longer than the padded input (2,3,8)");
  CHECK_THROWS_WITH(avg_pool1d(x, {.window = 2, .left = 2}),
                    "avg_pool1d: padding must be less than the window 2, got 2 and 0");
  CHECK_THROWS_WITH(avg_pool1d(x, {.window = 2, .stride = 0}),
                    "avg_pool1d: window and stride must be at least 1, got 2 and 0");
  CHECK_THROWS_WITH(avg_pool1d(Tensor::zeros({2, 3, 0}), {.window = 2, .left = 1, .right = 1}),
                    "avg_pool1d: nothing to pool in (2,3,0)");
}
