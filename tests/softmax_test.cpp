#include "kernels/softmax.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

Tensor row(std::vector<real> v, Device device) {
  return Tensor::from({1, static_cast<int64_t>(v.size())}, std::span<const real>(v), device);
}

}  // namespace

TEST_CASE("softmax, log_softmax: values by hand") {
  const real infinity = std::numeric_limits<real>::infinity(), nan = std::numeric_limits<real>::quiet_NaN();
  const double ln2 = std::log(2.0);
  on_each_device([&](Device device) {
    check_agrees("softmax", softmax(row({0, real(ln2), real(ln2)}, device)), {0.2, 0.4, 0.4}, 4 * epsilon);
    check_agrees("log_softmax", log_softmax(row({7, 7}, device)), {-ln2, -ln2}, 4 * epsilon);
    // large values neither overflow nor lose the small ones
    check_agrees("softmax", softmax(row({10000, 10000, -10000}, device)), {0.5, 0.5, 0}, epsilon);
    check_agrees("log_softmax", log_softmax(row({1000, 0}, device)), {0, -1000}, 0);
    check_agrees("softmax", softmax(row({-infinity, 3}, device)), {0, 1}, 0);
    check_agrees("softmax", softmax(row({-1000, -1000}, device)), {0.5, 0.5}, epsilon);
    check_agrees("a shift that is infinite", softmax(row({-infinity, -infinity}, device)), {double(nan), double(nan)},
                 0);
    CHECK(softmax(Tensor::zeros({0, 3}, device)).shape() == Shape{0, 3});
    for (const real bad : {nan, infinity}) {
      const Tensor y = softmax(row({1, bad, 2}, device)).to(Device::cpu);
      const Tensor z = log_softmax(row({1, bad, 2}, device)).to(Device::cpu);
      CHECK(std::isnan(y.values()[1]));
      CHECK(std::isnan(z.values()[1]));
    }
  });
}

TEST_CASE("softmax, log_softmax: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const bool logarithm = seed % 2;
    const Shape shape{random.size(40), seed % 3 ? random.size(12) : random.size(300)};
    const Tensor x = random.tensor(shape, -10, 10), dy = random.tensor(shape);
    CAPTURE(seed);

    auto wide = widened<2>(x), wide_dy = widened<2>(dy);
    Array<double, 2> y(shape), dx(shape);
    (logarithm ? reference::log_softmax<double> : reference::softmax<double>)(wide.in(), y.view());
    (logarithm ? reference::log_softmax_backward<double> : reference::softmax_backward<double>)(wide_dy.in(), y.in(),
                                                                                                dx.view());
    // exponents of up to 20 are rounded to 20 epsilon, sums of K values to K epsilon
    const double rounding = (double(shape[1]) + 2 * 20 + 8) * epsilon;
    std::vector<double> y_bound(x.size()), dx_bound(x.size());
    for (int64_t r = 0; r < shape[0]; ++r) {
      double sum = 0;
      for (int64_t k = 0; k < shape[1]; ++k) {
        const int64_t i = r * shape[1] + k;
        sum += std::abs(wide_dy.values[i]) * (logarithm ? 1 : y.values[i]);
      }
      for (int64_t k = 0; k < shape[1]; ++k) {
        const int64_t i = r * shape[1] + k;
        const double d = std::abs(wide_dy.values[i]), v = y.values[i];
        y_bound[i] = rounding * (logarithm ? 1 : v);
        dx_bound[i] = 2 * rounding * (logarithm ? d + std::exp(v) * sum : v * (d + sum));
      }
    }
    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor got = logarithm ? log_softmax(input) : softmax(input);
      check_agrees("y", got, y.values, 0, y_bound);
      check_agrees("dx", tape.gradients(got, dy.to(device), {input})[0], dx.values, 0, dx_bound);
    });
  }
}

TEST_CASE("softmax: rank 3 is rows of the last axis") {
  Random random(1);
  const Tensor x = random.tensor({2, 3, 5});
  CHECK(softmax(x).shape() == x.shape());
  const Tensor flat = softmax(x.reshape({6, 5}));
  check_agrees("y", softmax(x), {flat.values().begin(), flat.values().end()}, 0);
}

TEST_CASE("softmax: what it refuses") {
  CHECK_THROWS_WITH(softmax(Tensor::zeros({3})), "softmax: x must be (N,K) or (N,T,K), got (3)");
  CHECK_THROWS_WITH(log_softmax(Tensor::zeros({3, 0})), "log_softmax: x (3,0) has nothing to choose from");
}
