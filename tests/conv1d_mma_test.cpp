// conv1d, its gradients and conv1d_fused in tf32 and three times tf32.
#include "kernels/conv1d.h"

#include "autograd/ops.h"
#include "kernels/conv1d_fused.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

bool on_tensor_cores(Device device) { return device == Device::cuda && std::is_same_v<real, float>; }

// What a sum may be wrong by, as a share of its terms' magnitudes. Tensor cores cut off 10 addends for 8 products; tf32
// rounds both factors by 2^-11 and goes on adding there; three times tf32 leaves 4 epsilon out and adds the eighths
// outside.
double share(int64_t terms, Device device, Precision precision) {
  const double n = double(terms) + 12;
  if (!on_tensor_cores(device) || precision == Precision::strict) return n * epsilon;
  return precision == Precision::tf32 ? 0x1p-10 + 2 * n * epsilon : (n / 4 + 30) * epsilon;
}

std::vector<double> times(double factor, std::vector<double> values) {
  for (double& v : values) v *= factor;
  return values;
}

struct Expected {
  std::vector<double> y, dx, dw;

  Expected(const Tensor& x, const Tensor& w, const Tensor& dy, Convolution1d conv, bool absolute) {
    auto wide_x = widened<3>(x, absolute), wide_w = widened<3>(w, absolute), wide_dy = widened<3>(dy, absolute);
    Array<double, 3> y_(dy.shape()), dx_(x.shape()), dw_(w.shape());
    reference::conv1d<double>(wide_x.in(), wide_w.in(), {nullptr, {0}}, conv, y_.view());
    reference::conv1d_backward_data<double>(wide_dy.in(), wide_w.in(), conv, dx_.view());
    reference::conv1d_backward_weight<double>(wide_dy.in(), wide_x.in(), conv, dw_.view());
    y = y_.values, dx = dx_.values, dw = dw_.values;
  }
};

std::vector<real> kept(const Tensor& t) {
  const Tensor host = t.to(Device::cpu);
  return {host.values().begin(), host.values().end()};
}

}  // namespace

TEST_CASE("conv1d: on tensor cores, within the bounds of tf32 and of three times tf32") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t K = random.size(11);
    Convolution1d conv{.left = random.integer(0, K),
                       .right = random.integer(0, K),
                       .precision = seed % 2 ? Precision::tf32 : Precision::tf32x3};
    if (seed % 4 == 3) conv.stride = random.size(3), conv.dilation = random.size(4);
    const Tensor x = random.tensor({random.size(3), random.size(20), std::max(random.size(200), conv.span(K))});
    const Tensor w = random.tensor({random.size(40), x.shape()[1], K});
    const Tensor dy = random.tensor({x.shape()[0], w.shape()[0], conv.output_length(x.shape()[2], K)});
    CAPTURE(seed);
    CAPTURE(x.shape());
    CAPTURE(w.shape());
    const Expected expected(x, w, dy, conv, false), magnitude(x, w, dy, conv, true);
    on_each_device([&](Device device) {
      const Tensor tx = x.to(device).clone(), tw = w.to(device).clone();
      for (const Tensor& t : {tx, tw}) t.set_requires_grad();
      Tape tape;
      const Tensor y = conv1d(tx, tw, {}, conv);
      const Gradients got = tape.gradients(y, dy.to(device), {tx, tw});
      const auto bound = [&](int64_t terms, const std::vector<double>& sums) {
        return times(share(terms, device, conv.precision), sums);
      };
      check_agrees("y", y, expected.y, 0, bound(w.shape()[1] * K, magnitude.y));
      check_agrees("dx", got[0], expected.dx, 0, bound(w.shape()[0] * K, magnitude.dx));
      check_agrees("dw", got[1], expected.dw, 0, bound(dy.shape()[0] * dy.shape()[2], magnitude.dw));
    });
  }
}

TEST_CASE("conv1d_fused: on tensor cores as on the CPU") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const int64_t K = random.size(11), N = random.size(2), C = random.size(12), O = random.size(40);
    Conv1dFusion f{.upsample = random.one_of({1, 2}),
                   .padding = {(K - 1) / 2, K / 2},
                   .activation = Activation::relu,
                   .precision = seed % 2 ? Precision::tf32 : Precision::tf32x3};
    if (f.upsample == 2 && seed % 4) f.crop = {1, 1};
    f.pool = f.upsample == 1 && random.coin();
    const Tensor x = random.tensor({N, C, std::max(random.size(200), K + 2)}), w = random.tensor({O, C, K});
    const Tensor b = random.tensor({O}), strict = conv1d_fused(x, w, b, f);
    // no sum has terms of a greater magnitude than that of all weights, the samples being at most 1
    const double most = double(C * K + 1) * share(C * K, Device::cuda, f.precision);
    on_each_device([&](Device device) {
      const std::vector<real> expected = kept(strict);
      check_agrees("y", conv1d_fused(x.to(device), w.to(device), b.to(device), f), {expected.begin(), expected.end()},
                   most);
    });
  }
}

TEST_CASE("conv1d: another precision changes what a GPU computes in float, and nothing else") {
  Random random(3);
  const Tensor x = random.tensor({4, 9, 130}), w = random.tensor({20, 9, 5});
  on_each_device([&](Device device) {
    const auto in = [&](const Tensor& input, Precision precision) {
      return kept(conv1d(input.to(device), w.to(device), {}, {.precision = precision}));
    };
    const bool differs = on_tensor_cores(device);
    CHECK((in(x, Precision::tf32) != in(x, Precision::strict)) == differs);
    CHECK((in(x, Precision::tf32x3) != in(x, Precision::strict)) == differs);
    CHECK((in(x, Precision::tf32) != in(x, Precision::tf32x3)) == differs);
    // the same bits in a batch and alone
    const Tensor third = Tensor::from({1, 9, 130}, x.values().subspan(2 * 9 * 130, 9 * 130));
    const std::vector<real> all = in(x, Precision::tf32x3), alone = in(third, Precision::tf32x3);
    CHECK(std::equal(alone.begin(), alone.end(), all.begin() + 2 * static_cast<int64_t>(alone.size())));
  });
}

TEST_CASE("conv1d: a NaN on tensor cores reaches the outputs whose window holds it and no other") {
  Tensor x = Tensor::full({1, 3, 200}, 1);
  x.write()[200 + 77] = std::numeric_limits<real>::quiet_NaN();
  const Tensor w = Tensor::full({20, 3, 5}, 1);
  on_each_device([&](Device device) {
    const std::vector<real> y = kept(conv1d(x.to(device), w.to(device), {}, {.precision = Precision::tf32}));
    for (int64_t i = 0; i < 20 * 196; ++i) CHECK(std::isnan(y[i]) == (i % 196 >= 73 && i % 196 <= 77));
  });
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("conv1d: each barrier of the tensor-core kernels is needed") {
  Random random(13);
  const Tensor x = random.tensor({1, 24, 100}).to(Device::cuda), w = random.tensor({20, 24, 11}).to(Device::cuda);
  const Tensor dy = random.tensor({1, 20, 90}).to(Device::cuda), gamma = random.tensor({24}).to(Device::cuda);
  const Tensor var = random.tensor({24}, 1, 2).to(Device::cuda);
  check_each_barrier_is_needed([&] {
    std::vector<Tensor> results{
        conv1d_fused(x, w, {}, {.before = {gamma, gamma, gamma, var, 1}, .precision = Precision::tf32, .pool = true})};
    Tape tape;
    for (const Tensor& t : {x, w}) t.set_requires_grad();
    const Tensor y = conv1d(x, w, {}, {.precision = Precision::tf32x3});
    for (const Tensor& t : tape.gradients(y, dy, {x, w})) results.push_back(t);
    results.push_back(y.detach());
    std::vector<double> values;
    for (const Tensor& t : results)
      for (const real v : kept(t)) values.push_back(v);
    return values;
  });
}
#endif
