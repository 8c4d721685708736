#include "kernels/batch_norm.h"

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

struct Case {
  Tensor x, gamma, beta, dy;
  real epsilon;
};

Case any_case(uint64_t seed) {
  Random random(seed);
  const bool many = seed % 8 >= 6;  // values in a channel, more than a CUDA block sums
  const Shape shape = many ? Shape{random.size(3), random.size(3), random.integer(1500, 3000)}
                           : Shape{random.size(5), random.size(20), random.size(150)};
  const Shape channels{shape[1]};
  const double centre = random.uniform(-3, 3);
  return {random.tensor(shape, centre - 2, centre + 2), random.tensor(channels, -2, 2), random.tensor(channels),
          random.tensor(shape), real(random.coin() ? 1e-3 : 1e-5)};
}

// What the float64 reference makes of a case, and for each element the size of its rounding error in units of epsilon.
struct Expected {
  Array<double, 3> y, dx;
  Array<double, 1> mean, var, dgamma, dbeta;
  std::vector<double> y_bound, dx_bound, dgamma_bound, dbeta_bound;

  Expected(const Case& c, bool train, const Tensor& given_mean, const Tensor& given_var)
      : y(c.x.shape()),
        dx(c.x.shape()),
        mean(c.gamma.shape()),
        var(c.gamma.shape()),
        dgamma(c.gamma.shape()),
        dbeta(c.gamma.shape()) {
    auto x = widened<3>(c.x), dy = widened<3>(c.dy);
    auto gamma = widened<1>(c.gamma), beta = widened<1>(c.beta);
    if (train) reference::batch_statistics<double>(x.in(), mean.view(), var.view());
    else mean = widened<1>(given_mean), var = widened<1>(given_var);
    const double eps = double(c.epsilon);
    reference::batch_norm<double>(x.in(), gamma.in(), beta.in(), mean.in(), var.in(), eps, y.view());
    reference::batch_norm_backward_parameters<double>(dy.in(), x.in(), mean.in(), var.in(), eps, dgamma.view(),
                                                      dbeta.view());
    if (train)
      reference::batch_norm_train_backward<double>(dy.in(), x.in(), gamma.in(), mean.in(), var.in(), eps, dgamma.in(),
                                                   dbeta.in(), dx.view());
    else reference::batch_norm_eval_backward<double>(dy.in(), gamma.in(), var.in(), eps, dx.view());
    bounds(x.in(), dy.in(), gamma.in(), beta.in(), eps, train);
  }

  // The reference itself adds M doubles one by one. The rounded mean shifts u = (x - mean) / deviation by |mean| /
  // deviation: `shift`.
  void bounds(View<const double, 3> x, View<const double, 3> dy, View<const double, 1> gamma,
              View<const double, 1> beta, double eps, bool train) {
    const auto [N, C, L] = x.extent;
    const double M = double(N * L), rounding = 8 * epsilon + M * 0x1p-52;
    y_bound.resize(x.size());
    dx_bound.resize(x.size());
    for (int64_t c = 0; c < C; ++c) {
      const double deviation = std::sqrt(var.values[c] + eps), scale = std::abs(gamma(c)) / deviation;
      const double shift = train ? std::abs(mean.values[c]) / deviation : 0;
      double sum = 0, sum_u = 0;
      const auto u = [&](int64_t n, int64_t l) { return std::abs(x(n, c, l) - mean.values[c]) / deviation + shift; };
      for (int64_t n = 0; n < N; ++n)
        for (int64_t l = 0; l < L; ++l) {
          sum += std::abs(dy(n, c, l));
          sum_u += std::abs(dy(n, c, l)) * u(n, l);
        }
      dbeta_bound.push_back(rounding * sum);
      dgamma_bound.push_back(rounding * sum_u);
      for (int64_t n = 0; n < N; ++n)
        for (int64_t l = 0; l < L; ++l) {
          const int64_t i = x.offset(n, c, l);
          y_bound[i] = rounding * (u(n, l) * std::abs(gamma(c)) + std::abs(beta(c)));
          dx_bound[i] = rounding * scale * (std::abs(dy.data[i]) + train * (sum + u(n, l) * sum_u) / M);
        }
    }
  }
};

}  // namespace

TEST_CASE("batch_norm: values by hand") {
  on_each_device(gpu::batch_norm, [](Device device) {
    const Tensor x = values({1, 2, 2}, {1, 5, 2, 2}, device);
    const Tensor gamma = values({2}, {2, 3}, device), beta = values({2}, {10, -1}, device);
    SUBCASE("eval") {
      const Tensor y = batch_norm(x, gamma, beta, values({2}, {3, 0}, device), values({2}, {3, 0.75}, device), real(1));
      check_agrees("y", y, {8, 12, -1 + 6 / std::sqrt(1.75), -1 + 6 / std::sqrt(1.75)}, 4 * epsilon);
    }
    SUBCASE("train: a constant channel gives beta") {
      const BatchNormed b = batch_norm_train(x, gamma, beta, real(1e-3));
      check_agrees("mean", b.mean, {3, 2}, 0);
      check_agrees("var", b.var, {4, 0}, 0);
      const double u = 2 / std::sqrt(4 + 1e-3);
      check_agrees("y", b.y, {10 - 2 * u, 10 + 2 * u, -1, -1}, 32 * epsilon);
    }
    SUBCASE("NaN stays in its channel") {
      const real nan = std::numeric_limits<real>::quiet_NaN();
      const BatchNormed b = batch_norm_train(values({1, 2, 2}, {1, 5, nan, 2}, device), gamma, beta, real(1e-3));
      const Tensor y = b.y.to(Device::cpu);
      CHECK(std::isfinite(y.values()[1]));
      CHECK(std::isnan(y.values()[2]));
      CHECK(std::isnan(y.values()[3]));
    }
  });
}

TEST_CASE("batch_norm: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    const Case c = any_case(seed);
    const bool train = seed % 2;
    Random random(seed + 1000);
    const Tensor mean = random.tensor(c.gamma.shape(), -4, 4), var = random.tensor(c.gamma.shape(), 0, 3);
    const Expected expected(c, train, mean, var);
    CAPTURE(seed);
    on_each_device(gpu::batch_norm, [&](Device device) {
      Tape tape;
      const std::vector<Tensor> in = {c.x.to(device), c.gamma.to(device), c.beta.to(device)};
      for (const Tensor& t : in) t.set_requires_grad();
      Tensor y;
      if (train) {
        const BatchNormed b = batch_norm_train(in[0], in[1], in[2], c.epsilon);
        for (const double m : expected.mean.values) REQUIRE(std::abs(m) < 6);  // and var < 4
        const double rounding = epsilon + double(c.dy.size()) * 0x1p-52;
        check_agrees("mean", b.mean, expected.mean.values, 6 * rounding);
        check_agrees("var", b.var, expected.var.values, 6 * rounding);
        y = b.y;
      } else {
        y = batch_norm(in[0], in[1], in[2], mean.to(device), var.to(device), c.epsilon);
      }
      check_agrees("y", y, expected.y.values, 0, expected.y_bound);
      const Gradients d = tape.gradients(y, c.dy.to(device), in);
      check_agrees("dx", d[0], expected.dx.values, 0, expected.dx_bound);
      check_agrees("dgamma", d[1], expected.dgamma.values, 0, expected.dgamma_bound);
      check_agrees("dbeta", d[2], expected.dbeta.values, 0, expected.dbeta_bound);
    });
  }
}

TEST_CASE("batch_norm: a mean of 1e3 over a deviation of 1 keeps four digits") {
  Random random(1);
  const Tensor x = random.tensor({4, 3, 1000}, 1e3 - std::sqrt(3.0), 1e3 + std::sqrt(3.0));
  const Case c{x, Tensor::full({3}, 1), Tensor::zeros({3}), random.tensor(x.shape()), real(1e-3)};
  const Expected expected(c, true, {}, {});
  on_each_device(gpu::batch_norm, [&](Device device) {
    const BatchNormed b = batch_norm_train(x.to(device), c.gamma.to(device), c.beta.to(device), c.epsilon);
    check_agrees("y", b.y, expected.y.values, 1e-4);
    check_agrees("var", b.var, expected.var.values, 1e-5);
  });
}

TEST_CASE("batch_norm: the same bits for any number of threads and any batch") {
  const Case c = any_case(3);
  const int threads = thread_count();
  const auto bits = [](const Tensor& t) { return std::vector<real>(t.values().begin(), t.values().end()); };
  const auto all = [&] {
    Tape tape;
    for (const Tensor& t : {c.x, c.gamma, c.beta}) t.set_requires_grad();
    const BatchNormed b = batch_norm_train(c.x, c.gamma, c.beta, c.epsilon);
    std::vector<std::vector<real>> results = {bits(b.y), bits(b.mean), bits(b.var)};
    for (const Tensor& d : tape.gradients(b.y, c.dy, {c.x, c.gamma, c.beta})) results.push_back(bits(d));
    return results;
  };
  set_thread_count(1);
  const auto one = all();
  set_thread_count(3);
  CHECK(all() == one);
  set_thread_count(threads);

  Random random(5);
  const Tensor x = random.tensor({3, 4, 47}), p = random.tensor({4}, 0.5, 1);
  const std::vector<real> whole = bits(batch_norm(x, p, p, p, p, real(1e-3)));
  const Tensor last = values({1, 4, 47}, {x.values().end() - 4 * 47, x.values().end()});
  CHECK(bits(batch_norm(last, p, p, p, p, real(1e-3))) == std::vector<real>(whole.end() - 4 * 47, whole.end()));
}

TEST_CASE("batch_norm: in evaluation the gpu has the bits of the cpu") {
  Random random(7);
  for (const Shape shape : {Shape{3, 5, 47}, Shape{2, 2, 3001}, Shape{700, 3, 7}}) {
    const Tensor x = random.tensor(shape), dy = random.tensor(shape), p = random.tensor({shape[1]}, 0.5, 1);
    const auto compute = [&](Device device) {
      Tape tape;
      const Tensor in = x.to(device), c = p.to(device);
      in.set_requires_grad();
      const Tensor y = batch_norm(in, c, c, c, c, real(1e-3));
      return std::vector{y.detach(), tape.gradients(y, dy.to(device), {in})[0]};
    };
    const std::vector<Tensor> expected = compute(Device::cpu);
    on_each_device([&](Device device) {
      const std::vector<Tensor> got = compute(device);
      for (size_t i = 0; i < 2; ++i) check_agrees(i ? "dx" : "y", got[i], all_values({expected[i]}), 0);
    });
  }
}

TEST_CASE("batch_norm: an empty batch has no gradients to add up") {
  on_each_device([](Device device) {
    Tape tape;
    const Tensor x = Tensor::zeros({0, 3, 8}, device), c = Tensor::full({3}, 1, device);
    const Tensor gamma = c.clone(), beta = c.clone();
    for (const Tensor& t : {gamma, beta}) t.set_requires_grad();
    const Tensor y = batch_norm(x, gamma, beta, c, c, 1);
    for (const Tensor& d : tape.gradients(y, y.detach(), {gamma, beta})) check_agrees("d", d, {0, 0, 0}, 0);
  });
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("batch_norm: each barrier of the CUDA kernels is needed") {
  Random random(2);
  const Tensor x = random.tensor({3, 2, 700}).to(Device::cuda), dy = random.tensor(x.shape()).to(Device::cuda);
  const Tensor gamma = random.tensor({2}).to(Device::cuda), beta = random.tensor({2}).to(Device::cuda);
  for (const Tensor& t : {x, gamma, beta}) t.set_requires_grad();
  check_each_barrier_is_needed([&] {
    Tape tape;
    const BatchNormed b = batch_norm_train(x, gamma, beta, real(1e-3));
    std::vector<Tensor> results = tape.gradients(b.y, dy, {x, gamma, beta});
    results.push_back(b.var);
    return all_values(results);
  });
}
#endif

TEST_CASE("batch_norm: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8}), c = Tensor::zeros({3}), wrong = Tensor::zeros({2});
  CHECK_THROWS_WITH(batch_norm(Tensor::zeros({3, 8}), c, c, c, c, 1), "batch_norm: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(batch_norm(x, c, wrong, c, c, 1),
                    "batch_norm: gamma and beta must be (3) for x (2,3,8), got (3) and (2)");
  CHECK_THROWS_WITH(batch_norm(x, c, c, c, wrong, 1), "batch_norm: mean and var must be (3), got (3) and (2)");
  CHECK_THROWS_WITH(batch_norm_train(x, c, c, 0), "batch_norm: epsilon must be positive, got 0");
  CHECK_THROWS_WITH(batch_norm_train(Tensor::zeros({0, 3, 8}), c, c, 1),
                    "batch_norm_train: x (0,3,8) has no values to take statistics of");
}

TEST_CASE("batch_norm: statistics overwritten before backward are noticed") {
  Tape tape;
  const Tensor x = Tensor::zeros({2, 3, 8}), c = Tensor::full({3}, 1), mean = Tensor::zeros({3});
  x.set_requires_grad();
  const Tensor y = batch_norm(x, c, c, mean, c, 1);
  mean.write()[0] = 1;
  CHECK_THROWS_AS(tape.backward(y), std::invalid_argument);
}
