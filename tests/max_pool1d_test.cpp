#include "kernels/max_pool1d.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("max_pool1d: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  const std::vector<real> x = {-3, -1, -1, -2, -5, nan, 4};
  on_each_device([&](Device device) {
    const Tensor t = Tensor::from({1, 1, 7}, std::span<const real>(x), device);
    SUBCASE("padding on the right is skipped, not read as zero") {
      const Tensor y =
          max_pool1d(Tensor::from({1, 1, 5}, std::span<const real>(x).first(5), device), {.window = 2, .right = 1});
      check_agrees("y", y, {-1, -1, -5}, 0);
    }
    SUBCASE("the first of equal samples gets the gradient") {
      Tape tape;
      t.set_requires_grad();
      const Tensor y = max_pool1d(t, {.window = 3, .stride = 3});
      check_agrees("dx", tape.gradients(y, Tensor::full({1, 1, 2}, 2, device), {t})[0], {0, 2, 0, 0, 0, 2, 0}, 0);
    }
    SUBCASE("a NaN wins") { CHECK(std::isnan(max_pool1d(t, {.window = 7}).item())); }
  });
}

TEST_CASE("max_pool1d: cpu and gpu equal the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t window = random.size(7);
    const Pool1d pool{.window = window,
                      .stride = random.size(5),
                      .left = random.integer(0, window - 1),
                      .right = random.integer(0, window - 1)};
    const Tensor x = random.coarse({random.size(4), random.size(5), std::max(random.size(300), window)});
    CAPTURE(seed);

    auto wide = widened<3>(x);
    Array<double, 3> y(x.shape().with(2, pool.output_length(x.shape()[2]))), dx(x.shape());
    Array<int32_t, 3> argmax(x.shape().with(2, y.extent[2]));
    const Tensor dy = random.coarse(x.shape().with(2, y.extent[2]));
    auto wide_dy = widened<3>(dy);
    reference::max_pool1d<double>(wide.in(), pool, y.view(), argmax.view());
    reference::max_pool1d_backward<double>(wide_dy.in(), argmax.in(), pool, dx.view());

    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor pooled = max_pool1d(input, pool);
      check_agrees("y", pooled, y.values, 0);
      check_agrees("dx", tape.gradients(pooled, dy.to(device), {input})[0], dx.values, 0);
    });
  }
}

// The pools of the models, which the CPU takes two samples at a time.
TEST_CASE("max_pool1d: pairs with ties and NaN equal the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t L = std::max<int64_t>(2, random.size(300));
    const Pool1d pool{.window = 2, .right = random.integer(0, 1)};
    const Tensor x = random.coarse({random.size(3), random.size(3), L});
    for (real& v : x.write())
      if (random.integer(0, 7) == 0) v = std::numeric_limits<real>::quiet_NaN();
    CAPTURE(seed);
    auto wide = widened<3>(x);
    const Shape shape = x.shape().with(2, pool.output_length(L));
    Array<double, 3> y(shape), dx(x.shape());
    Array<int32_t, 3> argmax(shape);
    const Tensor dy = random.coarse(shape);
    auto wide_dy = widened<3>(dy);
    reference::max_pool1d<double>(wide.in(), pool, y.view(), argmax.view());
    reference::max_pool1d_backward<double>(wide_dy.in(), argmax.in(), pool, dx.view());
    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor pooled = max_pool1d(input, pool);
      check_agrees("y", pooled, y.values, 0);
      check_agrees("dx", tape.gradients(pooled, dy.to(device), {input})[0], dx.values, 0);
    });
  }
}

TEST_CASE("max_pool1d: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8});
  CHECK_THROWS_WITH(max_pool1d(Tensor::zeros({3, 8}), {.window = 2}), "max_pool1d: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(max_pool1d(x, {.window = 9}), "max_pool1d: window 9 is longer than the padded input (2,3,8)");
  constexpr int64_t huge = int64_t{1} << 62;
  CHECK_THROWS_WITH(max_pool1d(x, {.window = huge, .left = huge - 1, .right = huge - 1}),
                    "max_pool1d: window and stride must be at most 1152921504606846976, got 4611686018427387904 and "
                    "4611686018427387904");
  CHECK_THROWS_AS(max_pool1d(x, {.window = 2, .left = 2}), std::invalid_argument);
  CHECK_THROWS_AS(max_pool1d(x, {.window = 0}), std::invalid_argument);
}
