#include "kernels/conv1d_fused.h"

#include "autograd/ops.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

struct Problem {
  Tensor x, w, b;
  Conv1dFusion f;

  int64_t upsampled() const { return f.upsample * x.shape()[2] - f.crop.left - f.crop.right; }
  int64_t M() const { return upsampled() + f.padding.left + f.padding.right - w.shape()[2] + 1; }

  Tensor run(Device device) const {
    const auto there = [&](const Tensor& t) { return t ? t.to(device) : t; };
    const auto norm = [&](const FixedNorm& n) {
      return FixedNorm{there(n.gamma), there(n.beta), there(n.mean), there(n.var), n.epsilon};
    };
    Conv1dFusion moved = f;
    moved.before = norm(f.before);
    moved.after = norm(f.after);
    moved.residual = there(f.residual);
    return conv1d_fused(there(x), there(w), there(b), moved);
  }

  // In float64; absolute: the magnitudes that were added, for which every norm adds all it has and a relu nothing less.
  std::vector<double> expected(bool absolute) const {
    Array<double, 3> wide_x = widened<3>(x, absolute), wide_w = widened<3>(w, absolute);
    Array<double, 1> wide_b = b ? widened<1>(b, absolute) : Array<double, 1>(Shape{0});
    Array<double, 3> residual = f.residual ? widened<3>(f.residual, absolute) : Array<double, 3>({0, 0, 0});
    std::vector<Array<double, 1>> held;
    held.reserve(8);
    const auto norm = [&](const FixedNorm& n) {
      ChannelNorm<double> wide;
      if (!n.gamma) return wide;
      const auto hold = [&](const Tensor& t, double sign) {
        held.push_back(widened<1>(t, absolute));
        for (double& v : held.back().values) v *= sign;
        return held.back().in();
      };
      wide.gamma = hold(n.gamma, 1);
      wide.beta = hold(n.beta, 1);
      wide.mean = hold(n.mean, absolute ? -1 : 1);  // v - mean
      wide.var = hold(n.var, 1);
      wide.epsilon = double(n.epsilon);
      return wide;
    };
    AroundConv1d<double> around{.left = f.padding.left,
                                .right = f.padding.right,
                                .upsample = f.upsample,
                                .crop_left = f.crop.left,
                                .crop_right = f.crop.right,
                                .activation = absolute ? Activation::none : f.activation,
                                .pool = f.pool,
                                .before = norm(f.before),
                                .after = norm(f.after)};
    if (f.residual) around.residual = residual.in();
    const int64_t pooled = f.pool ? (M() + f.keep_last) / 2 : M();
    Array<double, 3> y({x.shape()[0], w.shape()[0], pooled});
    reference::conv1d_fused<double>(wide_x.in(), wide_w.in(), b ? wide_b.in() : View<const double, 1>{}, around,
                                    y.view());
    return y.values;
  }

  void check() const {
    CAPTURE(x.shape());
    CAPTURE(w.shape());
    const std::vector<double> expected = this->expected(false);
    std::vector<double> bound = this->expected(true);
    // each addition rounds by epsilon/2 of what has been added; norms and the sum of two taps by a few more; the
    // sigmoid has 3 units in its last place
    for (double& v : bound) v = double(w.shape()[1] * w.shape()[2] + 12) * epsilon * v + 4 * epsilon;
    on_each_device(gpu::conv1d_fused, [&](Device device) { check_agrees("y", run(device), expected, 0, bound); });
  }
};

FixedNorm random_norm(Random& random, int64_t channels) {
  return {random.tensor({channels}), random.tensor({channels}), random.tensor({channels}),
          random.tensor({channels}, 0.1, 2), real(1e-3)};
}

// Kernel, lengths and padding at random; the rest as `kind` says.
Problem random_problem(Random& random, uint64_t kind) {
  Problem p;
  const int64_t K = random.size(11), N = random.size(3), C = random.size(12), O = random.size(20);
  p.f.padding = random.coin() ? Margins{(K - 1) / 2, K / 2} : Margins{random.integer(0, K), random.integer(0, K)};
  if (kind % 2) {
    p.f.upsample = 2;
    p.f.crop = {random.integer(0, 3), random.integer(0, 3)};
  } else if (kind % 4) {
    p.f.pool = true;
    p.f.keep_last = random.coin();
  }
  p.x = random.tensor({N, C, std::max(random.size(300), K + 6)});
  p.w = random.tensor({O, C, K});
  if (random.coin()) p.b = random.tensor({O});
  if (random.coin()) p.f.before = random_norm(random, C);
  if (random.coin()) p.f.after = random_norm(random, O);
  if (random.coin()) p.f.residual = random.tensor({N, O, p.M()});
  p.f.activation = random.coin() ? Activation::relu : random.coin() ? Activation::sigmoid : Activation::none;
  return p;
}

Tensor row(const std::vector<real>& values, int64_t channels = 1) {
  return Tensor::from({1, channels, static_cast<int64_t>(values.size()) / channels}, std::span<const real>(values));
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor u = a.to(Device::cpu), v = b.to(Device::cpu);
  return a.shape() == b.shape() && std::equal(u.values().begin(), u.values().end(), v.values().begin());
}

}  // namespace

TEST_CASE("conv1d_fused: values by hand") {
  on_each_device(gpu::conv1d_fused, [&](Device device) {
    const auto check = [&](const char* what, const Problem& p, const std::vector<double>& expected) {
      check_agrees(what, p.run(device), expected, 0);
    };
    const Tensor x = row({1, 2, -3, 4}), w = row({1, 10, 100}), b = Tensor::full({1}, 1000);
    check("conv", {x, w, b, {}}, {1000 + 1 + 20 - 300, 1000 + 2 - 30 + 400});
    check("relu", {x, w, {}, {.padding = {1, 1}, .activation = Activation::relu}}, {210, 0, 372, 37});
    check("pool", {x, w, {}, {.padding = {1, 1}, .pool = true}}, {210, 372});
    check("pool of three", {x, w, {}, {.padding = {1, 0}, .pool = true}}, {210});
    check("the third kept", {x, w, {}, {.padding = {1, 0}, .pool = true, .keep_last = true}}, {210, 372});
    check("residual", {x, w, {}, {.residual = row({1, 2})}}, {1 + 20 - 300 + 1, 2 - 30 + 400 + 2});
    // 1 1 2 2 -3 -3 4 4
    check("upsample", {x, w, {}, {.upsample = 2}}, {211, 221, -278, -328, 367, 437});
    check("upsample and pad", {x, w, {}, {.upsample = 2, .padding = {1, 2}}},
          {110, 211, 221, -278, -328, 367, 437, 44, 4});
    check("odd crop", {x, w, {}, {.upsample = 2, .crop = {1, 3}, .padding = {1, 1}}}, {210, 221, -278, -28});
    check("even crop", {x, w, {}, {.upsample = 2, .crop = {2, 0}, .padding = {1, 1}}}, {220, -278, -328, 367, 437, 44});
    const auto norm = [](real gamma, real beta, real mean, real var) {
      return FixedNorm{Tensor::full({1}, gamma), Tensor::full({1}, beta), Tensor::full({1}, mean),
                       Tensor::full({1}, var), real(1)};
    };
    // relu((x - 1) / 2 * 4 - 1): -1 1 -9 5 -> 0 1 0 5, and zeros outside
    check("before", {x, w, {}, {.before = norm(4, -1, 1, 3), .padding = {1, 1}}}, {100, 10, 501, 50});
    check("after", {x, w, b, {.after = norm(4, -1, 1, 3)}}, {(721 - 1) * 2 - 1, (1372 - 1) * 2 - 1});
  });
}

TEST_CASE("conv1d_fused: NaN reaches the outputs whose window holds it and no other, and wins in a pool") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device(gpu::conv1d_fused, [&](Device device) {
    const auto where = [&](const Problem& p) {
      std::string text;
      const Tensor y = p.run(device).to(Device::cpu);
      for (const real v : y.values()) text += std::isnan(v) ? 'n' : '.';
      return text;
    };
    const Tensor x = row({1, nan, 1, 1}), w = row({1, 1, 1});
    CHECK(where({x, w, {}, {.upsample = 2, .padding = {1, 1}}}) == ".nnnn...");
    CHECK(where({x, w, {}, {.upsample = 2, .crop = {3, 1}, .padding = {1, 1}}}) == "nn..");
    CHECK(where({x, w, {}, {.padding = {1, 1}, .pool = true}}) == "nn");
    CHECK(where({x, row({1, 1}), {}, {.padding = {0, 1}, .activation = Activation::relu}}) == "nn..");
    CHECK(where({x,
                 w,
                 {},
                 {.before = {Tensor::full({1}, 1), Tensor::zeros({1}), Tensor::zeros({1}), Tensor::full({1}, 1),
                             real(1e-3)},
                  .padding = {1, 1}}}) == "nnn.");
  });
}

TEST_CASE("conv1d_fused: cpu and gpu agree with the float64 reference on random shapes") {
  for (uint64_t seed = 0; seed < cases(80); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    random_problem(random, seed).check();
  }
}

TEST_CASE("conv1d_fused: long rows, many channels, wide kernels") {
  Random random(5);
  const auto tensor = [&](Shape shape) { return random.tensor(shape); };
  const Conv1dFusion doubled{.upsample = 2, .crop = {1, 1}, .padding = {5, 5}, .activation = Activation::relu};
  Problem{tensor({2, 3, 4100}), tensor({8, 3, 11}), tensor({8}), doubled}.check();
  Problem{tensor({1, 40, 90}), tensor({33, 40, 11}), {}, doubled}.check();
  Problem{tensor({1, 2, 5000}), tensor({3, 2, 4001}), {}, {.pool = true}}.check();
  Problem{tensor({1, 2, 2500}), tensor({1, 2, 4001}), {}, {.upsample = 2}}.check();
  Problem wide{tensor({1, 70, 21}), tensor({5, 70, 3}), {}, {.padding = {1, 1}}};
  wide.f.before = random_norm(random, 70);
  wide.check();
}

TEST_CASE("conv1d_fused: the same bits on the GPU, and on the CPU for any number of threads and any batch") {
  for (uint64_t seed = 100; seed < 112; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Problem p = random_problem(random, seed);
    if (p.f.activation == Activation::sigmoid) p.f.activation = Activation::none;
    const Tensor y = p.run(Device::cpu);
    if (has_cuda() && gpu::conv1d_fused && __builtin_cpu_supports("avx2")) CHECK(same_bits(p.run(Device::cuda), y));
  }
  Random random(1);
  const Problem p{random.tensor({3, 16, 3000}),
                  random.tensor({8, 16, 11}),
                  random.tensor({8}),
                  {.upsample = 2, .padding = {5, 5}, .activation = Activation::sigmoid}};
  const Tensor y = p.run(Device::cpu);
  const int threads = thread_count();
  for (const int count : {1, 2, 3}) {
    set_thread_count(count);
    CHECK(same_bits(p.run(Device::cpu), y));
  }
  set_thread_count(threads);
  Problem second = p;
  second.x = Tensor::from({1, 16, 3000}, p.x.values().subspan(16 * 3000, 16 * 3000));
  CHECK(same_bits(second.run(Device::cpu), Tensor::from({1, 8, 6000}, y.values().subspan(8 * 6000, 8 * 6000))));
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("conv1d_fused: each barrier of the CUDA kernels is needed") {
  Random random(13);
  Problem p{random.tensor({1, 300, 40}), random.tensor({3, 300, 3}), {}, {.padding = {1, 1}, .pool = true}};
  p.f.before = random_norm(random, 300);
  p.f.after = random_norm(random, 3);
  check_each_barrier_is_needed([&] {
    const Tensor y = p.run(Device::cuda).to(Device::cpu);
    return std::vector<double>(y.values().begin(), y.values().end());
  });
}
#endif

TEST_CASE("conv1d_fused: nothing of a batch of none") {
  Random random(2);
  on_each_device(gpu::conv1d_fused, [&](Device device) {
    const Problem p{Tensor::zeros({0, 2, 9}), random.tensor({3, 2, 3}), {}, {.upsample = 2}};
    CHECK(p.run(device).shape() == Shape{0, 3, 16});
  });
}

TEST_CASE("conv1d_fused: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8}), w = Tensor::zeros({4, 3, 5});
  CHECK_THROWS_WITH(conv1d_fused(Tensor::zeros({3, 8}), w, {}, {}), "conv1d_fused: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(conv1d_fused(x, Tensor::zeros({4, 2, 5}), {}, {}),
                    "conv1d_fused: weight must be (O,C,K) with C = 3 and nothing empty, got (4,2,5)");
  CHECK_THROWS_WITH(conv1d_fused(x, w, Tensor::zeros({3}), {}), "conv1d_fused: bias must be (O) with O = 4, got (3)");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.upsample = 3}), "conv1d_fused: upsample must be 1 or 2, got 3");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.padding = {-1, 0}}),
                    "conv1d_fused: padding and crop must be in 0..1152921504606846976, got -1");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.crop = {5, 4}}),
                    "conv1d_fused: a crop of 5+4 is longer than the row of 8");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.crop = {2, 2}}),
                    "conv1d_fused: a kernel of 5 is longer than a row of 4 with padding 0+0");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.upsample = 2, .pool = true}),
                    "conv1d_fused: pooling goes with neither upsampling nor crop");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.residual = Tensor::zeros({2, 4, 8})}),
                    "conv1d_fused: residual must be (2,4,4), got (2,4,8)");
  const Tensor one = Tensor::full({4}, 1);
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.after = {one, one, one, Tensor::full({3}, 1), 1}}),
                    "conv1d_fused: each tensor of the norm after must be (4), got (3)");
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {.after = {one, one, one, one, 0}}),
                    "conv1d_fused: epsilon must be positive, got 0");
  const Tape tape;
  CHECK_THROWS_WITH(conv1d_fused(x, w, {}, {}),
                    "conv1d_fused has no gradient, and a tape is in scope: call the operators it stands for");
}
