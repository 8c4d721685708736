#include "kernels/padding.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("pad and crop: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({1, 2, 3}, std::vector<real>{1, 2, nan, 4, 5, 6}, device);
    CHECK(pad(x, {.left = 1}).shape() == Shape{1, 2, 4});
    check_agrees("pad", pad(x, {.left = 1, .right = 2}, 7), {7, 1, 2, nan, 7, 7, 7, 4, 5, 6, 7, 7}, 0);
    check_agrees("pad with nothing", pad(x, {}), {1, 2, nan, 4, 5, 6}, 0);
    check_agrees("pad nothing", pad(Tensor::zeros({2, 0}, device), {.right = 1}, 7), {7, 7}, 0);
    CHECK(crop(x, {.right = 1}).shape() == Shape{1, 2, 2});
    check_agrees("crop", crop(x, {.left = 1, .right = 1}), {2, 5}, 0);
    CHECK(crop(x, {.left = 2, .right = 1}).size() == 0);

    Tape tape;
    x.set_requires_grad();
    const Tensor cropped = crop(x, {.left = 1}), dy = Tensor::full(cropped.shape(), 2, device);
    check_agrees("dx of crop", tape.gradients(cropped, dy, {x})[0], {0, 2, 2, 0, 2, 2}, 0);
  });
}

TEST_CASE("pad and crop: equal the reference exactly") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const Margins by{random.integer(0, 9), random.integer(0, 9)};
    const real value = static_cast<real>(random.integer(-3, 3));
    const Tensor small =
        seed % 10 == 9 ? random.coarse({20, 3011}) : random.coarse({random.size(100), random.size(40)});
    const Tensor large = random.coarse(small.shape().with(1, small.shape()[1] + by.left + by.right));
    CAPTURE(seed);
    Array<double, 2> padded(large.shape()), padded_with_0(large.shape()), cropped(small.shape());
    auto wide_small = widened<2>(small), wide_large = widened<2>(large);
    reference::pad<double>(wide_small.in(), by.left, double(value), padded.view());
    reference::pad<double>(wide_small.in(), by.left, 0, padded_with_0.view());
    reference::crop<double>(wide_large.in(), by.left, cropped.view());

    on_each_device([&](Device device) {
      Tape tape;
      const Tensor a = small.to(device), b = large.to(device);
      a.set_requires_grad();
      b.set_requires_grad();
      const Tensor a_padded = pad(a, by, value), b_cropped = crop(b, by);
      check_agrees("pad", a_padded, padded.values, 0);
      check_agrees("crop", b_cropped, cropped.values, 0);
      check_agrees("dx of pad", tape.gradients(a_padded, b, {a})[0], cropped.values, 0);
      check_agrees("dx of crop", tape.gradients(b_cropped, a, {b})[0], padded_with_0.values, 0);
    });
  }
}

TEST_CASE("pad and crop: what they refuse") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(crop(x, {.left = 2, .right = 2}), "crop: cannot take 2 and 2 from the last axis of (2,3)");
  CHECK_THROWS_WITH(pad(x, {.left = -1}), "pad: left and right must not be negative, got -1 and 0");
  CHECK_THROWS_WITH(crop(x, {.right = -1}), "crop: left and right must not be negative, got 0 and -1");
  CHECK_THROWS_WITH(pad(Tensor::full({}, 1), {.left = 1}), "pad: x needs an axis, got a scalar");
}
