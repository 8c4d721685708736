#include "kernels/layer_norm.h"

#include "autograd/ops.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

Tensor values(Shape shape, std::vector<real> v, Device device = Device::cpu) {
  return Tensor::from(shape, std::span<const real>(v), device);
}

// 1 / sqrt(var + epsilon) of a row, the mean of |g| and of |g u|: what rounding errors are proportional to.
struct RowSizes {
  double mean = 0, inverse = 0, g = 0, gu = 0;

  RowSizes(const double* x, const double* dy, const double* gamma, int64_t C, double epsilon_) {
    double squares = 0;
    for (int64_t c = 0; c < C; ++c) mean += x[c] / double(C);
    for (int64_t c = 0; c < C; ++c) squares += (x[c] - mean) * (x[c] - mean) / double(C);
    inverse = 1 / std::sqrt(squares + epsilon_);
    for (int64_t c = 0; c < C; ++c) {
      g += std::abs(dy[c] * gamma[c]) / double(C);
      gu += std::abs(dy[c] * gamma[c] * (x[c] - mean)) * inverse / double(C);
    }
  }
};

}  // namespace

TEST_CASE("layer_norm: values by hand") {
  on_each_device(gpu::layer_norm, [](Device device) {
    const Tensor gamma = values({3}, {1, 2, -3}, device), beta = values({3}, {10, 20, 30}, device);
    SUBCASE("one row") {
      const Tensor y = layer_norm(values({1, 1, 3}, {1, 2, 6}, device), gamma, beta, real(1e-14));
      const double r = 1 / std::sqrt(14.0 / 3);
      check_agrees("y", y, {10 - 2 * r, 20 - 2 * r, 30 - 9 * r}, 64 * epsilon);
    }
    SUBCASE("a constant row is beta, however small epsilon") {
      for (const double v : {0.0, 0.1, -1e3 - 0.1, 1e-30})
        check_agrees("y", layer_norm(Tensor::full({1, 1, 3}, real(v), device), gamma, beta, real(1e-14)), {10, 20, 30},
                     0);
    }
    SUBCASE("a NaN takes its row and no other") {
      const real nan = std::numeric_limits<real>::quiet_NaN();
      const Tensor y = layer_norm(values({1, 2, 3}, {1, nan, 6, 1, 2, 6}, device), gamma, beta, real(1e-3));
      const Tensor host = y.to(Device::cpu);
      for (int i = 0; i < 6; ++i) CHECK(std::isnan(host.values()[i]) == (i < 3));
    }
  });
}

TEST_CASE("layer_norm: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const int64_t steps = seed % 8 == 0 ? random.integer(100, 300) : random.size(30);  // a CUDA block sums 128 rows
    const Shape shape{random.size(4), steps, random.size(70)};
    const int64_t C = shape[2], rows = shape[0] * shape[1];
    const Tensor x = random.tensor(shape, -1, 5), dy = random.tensor(shape);
    const Tensor gamma = random.tensor({C}, -2, 2), beta = random.tensor({C});
    const real eps = real(random.coin() ? 1e-14 : 1e-5);
    CAPTURE(seed);

    auto wx = widened<3>(x), wdy = widened<3>(dy);
    auto wgamma = widened<1>(gamma), wbeta = widened<1>(beta);
    Array<double, 3> y(shape), dx(shape);
    Array<double, 1> dgamma(gamma.shape()), dbeta(gamma.shape());
    const double e = double(eps);
    reference::layer_norm<double>(wx.in(), wgamma.in(), wbeta.in(), e, y.view());
    reference::layer_norm_backward<double>(wdy.in(), wx.in(), wgamma.in(), e, dx.view());
    reference::layer_norm_backward_parameters<double>(wdy.in(), wx.in(), e, dgamma.view(), dbeta.view());

    // One rounding of the result, and those of the sums in double, which count in the double build.
    std::vector<double> y_bound(x.size()), dx_bound(x.size()), dgamma_bound(C), dbeta_bound(C);
    const double sums = double(C + 8) * 0x1p-51, all = double(rows) * 0x1p-51;
    for (int64_t row = 0; row < rows; ++row) {
      const RowSizes size(&wx.values[row * C], &wdy.values[row * C], wgamma.values.data(), C, e);
      const double shift = sums * 5 * size.inverse;  // of u, by the rounding of the mean: |x| <= 5
      for (int64_t c = 0; c < C; ++c) {
        const int64_t i = row * C + c;
        const double u = std::abs(wx.values[i] - size.mean) * size.inverse, d = std::abs(wdy.values[i]);
        const double w = std::abs(wgamma.values[c]);
        y_bound[i] = epsilon * std::abs(y.values[i]) + sums * (u * w + std::abs(wbeta.values[c])) + shift * w;
        dx_bound[i] =
            epsilon * std::abs(dx.values[i]) + (sums + shift) * (1 + u) * size.inverse * (d * w + size.g + u * size.gu);
        dgamma_bound[c] += (epsilon + sums + all + shift) * d * (u + 1);
        dbeta_bound[c] += (epsilon + all) * d;
      }
    }
    on_each_device(gpu::layer_norm, [&](Device device) {
      Tape tape;
      const std::vector<Tensor> in = {x.to(device), gamma.to(device), beta.to(device)};
      for (const Tensor& t : in) t.set_requires_grad();
      const Tensor got = layer_norm(in[0], in[1], in[2], eps);
      check_agrees("y", got, y.values, 0, y_bound);
      const Gradients d = tape.gradients(got, dy.to(device), in);
      check_agrees("dx", d[0], dx.values, 0, dx_bound);
      check_agrees("dgamma", d[1], dgamma.values, 0, dgamma_bound);
      check_agrees("dbeta", d[2], dbeta.values, 0, dbeta_bound);
    });
  }
}

TEST_CASE("layer_norm: the same bits for any number of threads") {
  Random random(1);
  const Tensor x = random.tensor({40, 47, 16}), dy = random.tensor(x.shape());  // two chunks of rows
  const Tensor gamma = random.tensor({16}), beta = random.tensor({16});
  for (const Tensor& t : {x, gamma, beta}) t.set_requires_grad();
  const auto all = [&] {
    Tape tape;
    const Tensor y = layer_norm(x, gamma, beta, real(1e-5));
    std::vector<real> bits(y.values().begin(), y.values().end());
    for (const Tensor& d : tape.gradients(y, dy, {x, gamma, beta}))
      bits.insert(bits.end(), d.values().begin(), d.values().end());
    return bits;
  };
  const int threads = thread_count();
  set_thread_count(1);
  const auto one = all();
  set_thread_count(3);
  CHECK(all() == one);
  set_thread_count(threads);
}

TEST_CASE("layer_norm: y and dx have the same bits on every device") {
  Random random(4);
  for (const int64_t C : {1, 16, 47}) {
    const Tensor x = random.tensor({3, 13, C}), dy = random.tensor(x.shape());
    const Tensor gamma = random.tensor({C}), beta = random.tensor({C});
    const auto compute = [&](Device device) {
      Tape tape;
      const Tensor in = x.to(device);
      in.set_requires_grad();
      const Tensor y = layer_norm(in, gamma.to(device), beta.to(device), real(1e-5));
      return std::vector{y.detach(), tape.gradients(y, dy.to(device), {in})[0]};
    };
    const std::vector<Tensor> expected = compute(Device::cpu);
    on_each_device([&](Device device) {
      const std::vector<Tensor> got = compute(device);
      for (size_t i = 0; i < 2; ++i) check_agrees(i ? "dx" : "y", got[i], all_values({expected[i]}), 0);
    });
  }
}

TEST_CASE("layer_norm: an empty batch has no gradients to add up") {
  on_each_device([](Device device) {
    Tape tape;
    const Tensor gamma = Tensor::full({3}, 1, device), beta = gamma.clone();
    for (const Tensor& t : {gamma, beta}) t.set_requires_grad();
    const Tensor y = layer_norm(Tensor::zeros({0, 8, 3}, device), gamma, beta, 1);
    for (const Tensor& d : tape.gradients(y, y.detach(), {gamma, beta})) check_agrees("d", d, {0, 0, 0}, 0);
  });
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("layer_norm: each barrier of the CUDA kernels is needed") {
  Random random(2);
  const Tensor x = random.tensor({2, 70, 19}).to(Device::cuda), dy = random.tensor(x.shape()).to(Device::cuda);
  const Tensor gamma = random.tensor({19}).to(Device::cuda), beta = random.tensor({19}).to(Device::cuda);
  for (const Tensor& t : {x, gamma, beta}) t.set_requires_grad();
  check_each_barrier_is_needed([&] {
    Tape tape;
    const Tensor y = layer_norm(x, gamma, beta, real(1e-5));
    return all_values(tape.gradients(y, dy, {x, gamma, beta}));
  });
}
#endif

TEST_CASE("layer_norm: what it refuses") {
  const Tensor x = Tensor::zeros({2, 8, 3}), c = Tensor::zeros({3});
  CHECK_THROWS_WITH(layer_norm(Tensor::zeros({8, 3}), c, c, 1), "layer_norm: x must be (N,T,C), got (8,3)");
  CHECK_THROWS_WITH(layer_norm(x, c, Tensor::zeros({8}), 1),
                    "layer_norm: gamma and beta must be (3) for x (2,8,3), got (3) and (8)");
  CHECK_THROWS_WITH(layer_norm(x, c, c, 0), "layer_norm: epsilon must be positive, got 0");
  const Tensor none = Tensor::zeros({0});
  CHECK_THROWS_WITH(layer_norm(Tensor::zeros({2, 8, 0}), none, none, 1), "layer_norm: x (2,8,0) has no channels");
}
