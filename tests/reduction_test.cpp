#include "kernels/reduction.h"

#include "autograd/ops.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

TEST_CASE("sum and mean: values by hand") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({2, 1, 3}, std::vector<real>{1, 2, 3, 4, 5, 6}, device);
    CHECK(sum(x).shape() == Shape{});
    CHECK(sum(x).item() == 21);
    CHECK(mean(x).item() == doctest::Approx(3.5));
    CHECK(sum(x, {0}).shape() == Shape{1, 3});
    check_agrees("first axis", sum(x, {0}), {5, 7, 9}, 0);
    check_agrees("last axis", sum(x, {2}), {6, 15}, 0);
    check_agrees("outer axes, in any order", mean(x, {2, 0}), {3.5}, 4 * epsilon);
    check_agrees("no axes", sum(x, {}), {1, 2, 3, 4, 5, 6}, 0);
    check_agrees("an empty sum along rows", sum(Tensor::zeros({2, 0}, device), {1}), {0, 0}, 0);
    check_agrees("an empty sum across rows", sum(Tensor::zeros({0, 2}, device), {0}), {0, 0}, 0);
    CHECK(sum(Tensor::zeros({0, 5, 2}, device), {1}).size() == 0);
    check_agrees("NaN", sum(Tensor::from({2, 2}, std::vector<real>{1, nan, 3, 4}, device), {1}), {nan, 7}, 0);

    Tape tape;
    x.set_requires_grad();
    const Tensor y = mean(x, {0}), dy = Tensor::from({1, 3}, std::vector<real>{2, 4, 6}, device);
    check_agrees("dx", tape.gradients(y, dy, {x})[0], {1, 2, 3, 1, 2, 3}, 0);
  });
}

TEST_CASE("sum: agrees with the float64 reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const int64_t R = seed % 10 == 9 ? random.one_of({1023, 1025, 32768, 32769, 70001}) : random.size(300);
    const bool short_rows = seed % 3 == 0;  // many of them
    const int64_t O = R > 1000 ? 2 : random.size(short_rows ? 200 : 7);
    const int64_t I = R > 1000 ? random.size(5) : short_rows ? 1 : random.size(150);
    const Tensor x = random.tensor({O, R, I}), dy = random.tensor({O, I});
    CAPTURE(seed);
    auto wide = widened<3>(x), size = widened<3>(x, true);
    auto wide_dy = widened<2>(dy);
    Array<double, 2> y(Shape{O, I}), size_y(Shape{O, I});
    Array<double, 3> dx(x.shape());
    reference::sum<double>(wide.in(), y.view());
    reference::sum<double>(size.in(), size_y.view());
    reference::sum_backward<double>(wide_dy.in(), dx.view());
    // at most 32 additions a level of the tree, 4 levels for 70001
    for (double& b : size_y.values) b *= 4 * 32 * epsilon;

    const std::vector<double> on_cpu = all_values({sum(x, {1})});
    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor total = sum(input, {1});
      check_agrees("the same bits on every device", total, on_cpu, 0);
      check_agrees("y", total, y.values, 0, size_y.values);
      check_agrees("dx", tape.gradients(total, dy.to(device), {input})[0], dx.values, 0);
    });
  }
}

TEST_CASE("sum: the order is that of the header, for any threads and whatever is summed beside") {
  Random random(1);
  const int64_t R = 40000;
  const Tensor x = random.tensor({1, R, 1});
  // the tree, level by level
  std::vector<real> level(x.values().begin(), x.values().end());
  while (level.size() > 1) {
    std::vector<real> next;
    for (size_t begin = 0; begin < level.size(); begin += 32) {
      real total = 0;
      for (size_t i = begin; i < std::min(begin + 32, level.size()); ++i) total += level[i];
      next.push_back(total);
    }
    level = next;
  }
  Tensor beside = random.tensor({3, R, 70});
  for (int64_t r = 0; r < R; ++r) beside.write()[(2 * R + r) * 70 + 66] = x.values()[r];

  const int threads = thread_count();
  for (const int count : {1, 2, 3}) {
    set_thread_count(count);
    CHECK(sum(x).item() == level[0]);
    CHECK(sum(beside, {1}).values()[2 * 70 + 66] == level[0]);
  }
  set_thread_count(threads);
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("sum: each barrier of the CUDA kernels is needed") {
  Random random(2);
  const Tensor x = random.tensor({2, 1100, 5}).to(Device::cuda), rows = random.tensor({7, 70}).to(Device::cuda);
  check_each_barrier_is_needed([&] { return all_values({sum(x, {1}), sum(rows, {1})}); });
  CHECK(simt::barrier_sites().size() == 2);
}
#endif

TEST_CASE("sum and mean: what they refuse") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(sum(x, {2}), "sum: no axis 2 in (2,3)");
  CHECK_THROWS_WITH(mean(x, {-1}), "mean: no axis -1 in (2,3)");
  CHECK_THROWS_WITH(sum(x, {1, 1}), "sum: axis 1 is named twice");
  CHECK_THROWS_WITH(mean(Tensor::zeros({0, 3}), {0}), "mean: no values to average in (0,3)");
}
