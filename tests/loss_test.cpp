#include "kernels/loss.h"

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
Tensor labels(std::vector<int32_t> v, Device device = Device::cpu) {
  return Tensor::from({static_cast<int64_t>(v.size())}, std::span<const int32_t>(v), device);
}

struct Gradient {
  Tensor loss, d;
};

// The loss and its gradient times 3.
template <class F>
Gradient gradient(F loss, const Tensor& x) {
  Tape tape;
  x.set_requires_grad();
  const Tensor y = loss(x);
  CHECK(y.shape() == Shape{});
  return {y, tape.gradients(y, Tensor::full({}, 3, x.device()), {x})[0]};
}

}  // namespace

TEST_CASE("bce: values by hand, clipped as Keras does") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device(gpu::bce, [&](Device device) {
    const auto loss = [&](std::vector<real> p, std::vector<real> t) {
      const Shape shape{static_cast<int64_t>(p.size())};
      return gradient([&](const Tensor& x) { return bce(x, values(shape, t, device)); }, values(shape, p, device));
    };
    const Gradient g = loss({0.5, 0.25}, {1, 0});
    check_agrees("loss", g.loss, {(std::log(2.0) + std::log(4.0 / 3)) / 2}, epsilon);
    check_agrees("dp", g.d, {-3, 2}, 8 * epsilon);
    // sure and wrong: the loss is -ln 1e-7, without gradient; sure and right: almost none. 1 - (1 - 1e-7) is 1e-7 to
    // nine digits.
    const Gradient sure = loss({0, 1, 1, 0, real(1e-8)}, {1, 0, 1, 0, 1});
    check_agrees("loss", sure.loss, {-(3 * std::log(1e-7) + 2 * std::log1p(-1e-7)) / 5}, 16 * epsilon + 1e-9);
    check_agrees("dp", sure.d, {0, 0, 0, 0, 0}, 0);
    CHECK(std::isnan(loss({0.5, nan}, {1, 0}).loss.item()));
    CHECK(std::isnan(loss({0.5, nan}, {1, 0}).d.to(Device::cpu).values()[1]));
  });
}

TEST_CASE("bce_with_logits: values by hand, no overflow") {
  on_each_device(gpu::bce_with_logits, [](Device device) {
    const auto loss = [&](std::vector<real> z, std::vector<real> t) {
      const Shape shape{1, static_cast<int64_t>(z.size())};
      return gradient([&](const Tensor& x) { return bce_with_logits(x, values(shape, t, device)); },
                      values(shape, z, device));
    };
    const Gradient g = loss({0, real(std::log(3.0))}, {1, 0});
    check_agrees("loss", g.loss, {(std::log(2.0) + std::log(4.0)) / 2}, 2 * epsilon);
    check_agrees("dz", g.d, {-0.75, 1.125}, 2 * epsilon);
    const Gradient far = loss({1000, -1000, 1000, -1000}, {0, 1, 1, 0});
    check_agrees("loss", far.loss, {500}, 0);
    check_agrees("dz", far.d, {0.75, -0.75, 0, 0}, 0);
  });
}

TEST_CASE("cross_entropy: values by hand, no overflow") {
  on_each_device(gpu::cross_entropy, [](Device device) {
    const Tensor label = labels({1, 0}, device);
    const auto loss = [&](const Tensor& x) { return cross_entropy(x, label); };
    const Gradient g = gradient(loss, values({2, 2}, {0, real(std::log(3.0)), 1000, 0}, device));
    check_agrees("loss", g.loss, {std::log(4.0 / 3) / 2}, 2 * epsilon);
    check_agrees("dz", g.d, {0.375, -0.375, 0, 0}, 2 * epsilon);
    CHECK(gradient(loss, values({2, 2}, {1000, 0, 0, 1000}, device)).loss.item() == 1000);
  });
}

TEST_CASE("bce, bce_with_logits: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const bool logits = seed % 2;
    const Shape shape{random.size(4), random.size(5), random.size(2000)};                     // several chunks of 8192
    const Tensor v = logits ? random.tensor(shape, -8, 8) : random.tensor(shape, -0.1, 1.1);  // some clipped
    Tensor t = random.tensor(shape, 0, 1);
    for (real& label : t.write())
      if (random.coin()) label = std::round(label);
    CAPTURE(seed);

    auto wv = widened<3>(v), wt = widened<3>(t);
    const View<const double, 1> flat_v{wv.values.data(), {v.size()}}, flat_t{wt.values.data(), {v.size()}};
    Array<double, 1> loss({1}), dv({v.size()}), three({1});
    three.values = {3};
    (logits ? reference::bce_with_logits<double> : reference::bce<double>)(flat_v, flat_t, loss.view());
    (logits ? reference::bce_with_logits_backward<double> : reference::bce_backward<double>)(three.in(), flat_v, flat_t,
                                                                                             dv.view());
    std::vector<double> bound;  // one rounding, and in the double build those of the evaluation itself
    for (const double d : dv.values) bound.push_back(4 * epsilon * (std::abs(d) + 3 / double(v.size())));
    on_each_device(logits ? gpu::bce_with_logits : gpu::bce, [&](Device device) {
      const auto f = [&](const Tensor& x) { return logits ? bce_with_logits(x, t.to(device)) : bce(x, t.to(device)); };
      const Gradient g = gradient(f, v.to(device));
      check_agrees("loss", g.loss, loss.values, (epsilon + double(v.size()) * 0x1p-53) * loss.values[0]);
      check_agrees("dv", g.d, dv.values, 0, bound);
    });
  }
}

TEST_CASE("cross_entropy: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t N = random.size(70), K = random.size(20);
    const Tensor z = random.tensor({N, K}, -10, 10);
    std::vector<int32_t> label(N);
    for (int32_t& l : label) l = static_cast<int32_t>(random.integer(0, K - 1));
    CAPTURE(seed);

    auto wide = widened<2>(z);
    Array<double, 1> loss({1}), three({1});
    Array<double, 2> dz(z.shape());
    three.values = {3};
    const View<const int32_t, 1> label_view{label.data(), {N}};
    reference::cross_entropy<double>(wide.in(), label_view, loss.view());
    reference::cross_entropy_backward<double>(three.in(), wide.in(), label_view, dz.view());
    on_each_device(gpu::cross_entropy, [&](Device device) {
      const auto f = [&](const Tensor& x) { return cross_entropy(x, labels(label, device)); };
      const Gradient g = gradient(f, z.to(device));
      // in the double build, the sum over the rows rounds, too
      check_agrees("loss", g.loss, loss.values,
                   2 * epsilon * (std::abs(loss.values[0]) + 1) + double(N) * 0x1p-53 * std::abs(loss.values[0]));
      check_agrees("dz", g.d, dz.values, 4 * epsilon * 3 / double(N));
    });
  }
}

TEST_CASE("bce: the same bits for any number of threads") {
  Random random(1);
  const Tensor p = random.tensor({50000}, 0, 1), t = random.tensor({50000}, 0, 1);
  const int threads = thread_count();
  set_thread_count(1);
  const real one = bce(p, t).item(), one_logit = bce_with_logits(p, t).item();
  set_thread_count(3);
  CHECK(bce(p, t).item() == one);
  CHECK(bce_with_logits(p, t).item() == one_logit);
  set_thread_count(threads);
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("cross_entropy: a label that is none gives NaN on the device") {
  const Tensor z = Tensor::zeros({3, 2}, Device::cuda), label = labels({0, 2, -1}, Device::cuda);
  const Gradient g = gradient([&](const Tensor& x) { return cross_entropy(x, label); }, z);
  CHECK(std::isnan(g.loss.item()));
  const Tensor d = g.d.to(Device::cpu);
  for (int i = 0; i < 6; ++i) CHECK(std::isnan(d.values()[i]) == (i >= 2));
}

TEST_CASE("losses: each barrier of the CUDA kernels is needed") {
  Random random(3);
  const Tensor p = random.tensor({5000}, 0, 1).to(Device::cuda), t = random.tensor({5000}, 0, 1).to(Device::cuda);
  check_each_barrier_is_needed([&] { return std::vector<double>{bce(p, t).item(), bce_with_logits(p, t).item()}; });
}
#endif

TEST_CASE("losses: what they refuse") {
  CHECK_THROWS_WITH(bce(Tensor::zeros({2, 3}), Tensor::zeros({3, 2})),
                    "bce: values and targets must have one shape, got (2,3) and (3,2)");
  CHECK_THROWS_WITH(bce_with_logits(Tensor::zeros({0}), Tensor::zeros({0})), "bce_with_logits: no values in (0)");
  const Tensor z = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(cross_entropy(Tensor::zeros({6}), labels({0})), "cross_entropy: logits must be (N,K), got (6)");
  CHECK_THROWS_WITH(cross_entropy(z, Tensor::zeros({2})),
                    "cross_entropy: labels must be int32 (2) for logits (2,3), got real (2)");
  CHECK_THROWS_WITH(cross_entropy(z, labels({0, 3})), "cross_entropy: label 3 of row 1 is not in 0..2");
  CHECK_THROWS_WITH(cross_entropy(z, labels({-1, 2})), "cross_entropy: label -1 of row 0 is not in 0..2");
}

TEST_CASE("losses: a target overwritten before backward is noticed") {
  Tape tape;
  const Tensor p = Tensor::full({3}, real(0.5)), t = Tensor::zeros({3});
  p.set_requires_grad();
  const Tensor loss = bce(p, t);
  t.write()[0] = 1;
  CHECK_THROWS_AS(tape.backward(loss), std::invalid_argument);
}
