#include "kernels/penalty.h"

#include "autograd/ops.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

TEST_CASE("l1_penalty, l2_penalty: values by hand") {
  const std::vector<real> w = {-1.5, 0, 2, -0.0};
  on_each_device([&](Device device) {
    Tape tape;
    const Tensor t = Tensor::from({2, 2}, std::span<const real>(w), device), three = Tensor::full({}, 3, device);
    t.set_requires_grad();
    const Tensor l1 = l1_penalty(t), l2 = l2_penalty(t);
    CHECK(l1.shape() == Shape{});
    check_agrees("l1", l1, {3.5}, 0);
    check_agrees("l2", l2, {6.25}, 0);
    check_agrees("dw of l1", tape.gradients(l1, three, {t})[0], {-3, 0, 3, 0}, 0);
    check_agrees("dw of l2", tape.gradients(l2, three, {t})[0], {-9, 0, 12, 0}, 0);
  });
}

TEST_CASE("l1_penalty, l2_penalty: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const Tensor w = random.tensor({random.size(70), random.size(100)});
    auto wide = widened<2>(w);
    const View<const double, 1> flat{wide.values.data(), {w.size()}};
    Array<double, 1> l1({1}), l2({1});
    reference::l1_penalty<double>(flat, l1.view());
    reference::l2_penalty<double>(flat, l2.view());
    const double rounding = epsilon + double(w.size()) * 0x1p-53;
    CAPTURE(seed);
    Array<double, 1> dl1({w.size()}), dl2({w.size()});
    const double scale = 0.25;  // exact
    reference::l1_penalty_backward<double>({&scale, {1}}, flat, dl1.view());
    reference::l2_penalty_backward<double>({&scale, {1}}, flat, dl2.view());
    on_each_device([&](Device device) {
      Tape tape;
      const Tensor there = w.to(device), ds = Tensor::full({}, real(scale), device);
      there.set_requires_grad();
      const Tensor s1 = l1_penalty(there), s2 = l2_penalty(there);
      check_agrees("l1", s1, l1.values, rounding * l1.values[0]);
      check_agrees("l2", s2, l2.values, rounding * l2.values[0]);
      check_agrees("dw of l1", tape.gradients(s1, ds, {there})[0], dl1.values, 0);
      check_agrees("dw of l2", tape.gradients(s2, ds, {there})[0], dl2.values, 0);
    });
  }
}

TEST_CASE("l2_penalty: NaN is not hidden, no weights weigh nothing") {
  on_each_device([](Device device) {
    CHECK(std::isnan(l2_penalty(Tensor::full({2}, std::numeric_limits<real>::quiet_NaN(), device)).item()));
    CHECK(std::isnan(l1_penalty(Tensor::full({2}, std::numeric_limits<real>::quiet_NaN(), device)).item()));
    CHECK(l2_penalty(Tensor::zeros({0}, device)).item() == 0);
  });
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("l1_penalty, l2_penalty: the barrier of the CUDA kernel is needed") {
  const Tensor w = Random(1).tensor({1100}).to(Device::cuda);
  check_each_barrier_is_needed([&] { return all_values({l1_penalty(w), l2_penalty(w)}); });
  CHECK(simt::barrier_sites().size() == 1);
}
#endif
