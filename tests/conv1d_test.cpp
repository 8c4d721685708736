#include "kernels/conv1d.h"

#include "autograd/ops.h"
#include "kernels/conv1d.simd.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

Tensor of(Shape shape, const std::vector<real>& values, Device device) {
  return Tensor::from(shape, std::span<const real>(values), device);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor u = a.to(Device::cpu), v = b.to(Device::cpu);
  return a.shape() == b.shape() && std::equal(u.values().begin(), u.values().end(), v.values().begin());
}

// The operator and its gradients in float64, and for each value the sum of the magnitudes that were added.
struct Expected {
  std::vector<double> y, dx, dw, db;

  Expected(const Tensor& x, const Tensor& w, const Tensor& b, const Tensor& dy, Convolution1d conv, bool absolute) {
    auto wide_x = widened<3>(x, absolute), wide_w = widened<3>(w, absolute), wide_dy = widened<3>(dy, absolute);
    Array<double, 3> y_(dy.shape()), dx_(x.shape()), dw_(w.shape());
    Array<double, 1> db_(Shape{w.shape()[0]});
    auto wide_b = b ? widened<1>(b, absolute) : Array<double, 1>(Shape{0});
    const View<const double, 1> bias = b ? wide_b.in() : View<const double, 1>{nullptr, {0}};
    reference::conv1d<double>(wide_x.in(), wide_w.in(), bias, conv, y_.view());
    reference::conv1d_backward_data<double>(wide_dy.in(), wide_w.in(), conv, dx_.view());
    reference::conv1d_backward_weight<double>(wide_dy.in(), wide_x.in(), conv, dw_.view());
    reference::conv1d_backward_bias<double>(wide_dy.in(), db_.view());
    y = y_.values, dx = dx_.values, dw = dw_.values, db = db_.values;
  }
};

std::vector<double> times(double factor, std::vector<double> values) {
  for (double& v : values) v *= factor;
  return values;
}

void check_all(const Tensor& x, const Tensor& w, const Tensor& b, const Tensor& dy, Convolution1d conv) {
  const Expected expected(x, w, b, dy, conv, false), magnitude(x, w, b, dy, conv, true);
  const int64_t O = w.shape()[0], C = w.shape()[1], K = w.shape()[2];
  // each of the n additions of a sum rounds by at most epsilon/2 of what has been added so far
  const auto bound = [](int64_t n, const std::vector<double>& sums) { return times(double(n + 2) * epsilon, sums); };
  on_each_device([&](Device device) {
    Tape tape;
    const Tensor tx = x.to(device).clone(), tw = w.to(device).clone(), tb = b ? b.to(device).clone() : Tensor();
    for (const Tensor& t : {tx, tw, tb})
      if (t) t.set_requires_grad();
    const Tensor y = conv1d(tx, tw, tb, conv);
    check_agrees("y", y, expected.y, 0, bound(C * K, magnitude.y));
    const Gradients gradients = tape.gradients(y, dy.to(device), {tx, tw, tb});
    check_agrees("dx", gradients[0], expected.dx, 0, bound(O * K, magnitude.dx));
    const int64_t summed = dy.shape()[0] * dy.shape()[2];
    check_agrees("dw", gradients[1], expected.dw, 0, bound(summed, magnitude.dw));
    if (b) check_agrees("db", gradients[2], expected.db, 0, bound(summed, magnitude.db));
  });
}

}  // namespace

TEST_CASE("conv1d: values by hand") {
  on_each_device([&](Device device) {
    const Tensor x = of({1, 2, 4}, {1, 2, 3, 4, 10, 20, 30, 40}, device);
    const Tensor w = of({2, 2, 2}, {1, 2, 0, 1, -1, 0, 0, 0}, device), b = of({2}, {100, 0}, device);
    check_agrees("no padding", conv1d(x, w, b, {}), {125, 138, 151, -1, -2, -3}, 0);
    check_agrees("no bias", conv1d(x, w, {}, {}), {25, 38, 51, -1, -2, -3}, 0);
    check_agrees("left and right", conv1d(x, w, b, {.left = 1, .right = 2}),
                 {112, 125, 138, 151, 104, 100, 0, -1, -2, -3, -4, 0}, 0);
    check_agrees("stride", conv1d(x, w, b, {.stride = 2, .left = 1}), {112, 138, 0, -2}, 0);
    check_agrees("dilation", conv1d(x, w, b, {.dilation = 3}), {149, -1}, 0);
  });
}

TEST_CASE("conv1d: padding longer than the kernel, samples that no output reads") {
  on_each_device([&](Device device) {
    Tape tape;
    const Tensor x = of({1, 1, 4}, {1, 2, 3, 4}, device), w = of({1, 1, 2}, {3, 5}, device);
    x.set_requires_grad();
    const Tensor y = conv1d(x, w, {}, {.stride = 3, .left = 3});  // reads 0 0 | 1 2
    check_agrees("y", y, {0, 13}, 0);
    check_agrees("dx", tape.gradients(y, of({1, 1, 2}, {7, 1}, device), {x})[0], {3, 5, 0, 0}, 0);
  });
}

TEST_CASE("conv1d: NaN") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    // a NaN sample reaches the outputs whose window holds it and no other
    const Tensor y = conv1d(of({1, 1, 5}, {1, 1, nan, 1, 1}, device), of({1, 1, 2}, {1, 1}, device), {}, {});
    const Tensor host = y.to(Device::cpu);
    for (int l = 0; l < 4; ++l) CHECK(std::isnan(host.values()[l]) == (l == 1 || l == 2));
    // x reads as 0 outside, and 0 times a NaN weight is a NaN
    const Tensor edge = conv1d(Tensor::zeros({1, 1, 1}, device), of({1, 1, 2}, {nan, 0}, device), {}, {.left = 1});
    CHECK(std::isnan(edge.item()));
  });
}

TEST_CASE("conv1d: the weight's gradient takes a NaN or an infinity from no sample that the tap does not meet") {
  constexpr real inf = std::numeric_limits<real>::infinity(), nan = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    // taps 0, 1, 2 meet samples 0..2, 1..3, 2..4 of each of two rows, or with a stride of 2 the even ones, 1, 3 and 2,
    // 4
    for (const auto& [stride, bad, expected] :
         {std::tuple{1, nan, "n.."}, std::tuple{1, inf, "n.."}, std::tuple{2, nan, "n.."}}) {
      const Tensor x = of({2, 1, 5}, {1, 1, 1, 1, 1, bad, 1, 1, 1, 1}, device), w = of({1, 1, 3}, {1, 1, 1}, device);
      w.set_requires_grad();
      Tape tape;
      const Tensor y = conv1d(x, w, {}, {.stride = stride});
      const Tensor dw = tape.gradients(y, Tensor::full(y.shape(), 1, device), {w})[0].to(Device::cpu);
      for (int k = 0; k < 3; ++k) CHECK(std::isfinite(dw.values()[k]) == (expected[k] == '.'));
    }
  });
}

TEST_CASE("conv1d: cpu and gpu agree with the float64 reference on random shapes") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const int64_t K = random.size(11);
    Convolution1d conv{.left = random.integer(0, K), .right = random.integer(0, K)};
    if (seed % 3 == 1) conv.stride = random.size(5);
    if (seed % 3 == 2) conv.stride = random.size(4), conv.dilation = random.size(6);
    const Tensor x = random.tensor({random.size(4), random.size(20), std::max(random.size(400), conv.span(K))});
    const Tensor w = random.tensor({random.size(20), x.shape()[1], K});
    const Tensor b = random.coin() ? random.tensor({w.shape()[0]}) : Tensor();
    CAPTURE(seed);
    CAPTURE(x.shape());
    CAPTURE(w.shape());
    check_all(x, w, b, random.tensor({x.shape()[0], w.shape()[0], conv.output_length(x.shape()[2], K)}), conv);
  }
}

TEST_CASE("conv1d: rows long enough for several tasks and pieces") {
  Random random(7);
  const Tensor x = random.tensor({2, 3, 9001}), w = random.tensor({8, 3, 7});
  check_all(x, w, random.tensor({8}), random.tensor({2, 8, 9001}), {.left = 3, .right = 3});
  const Tensor v = random.tensor({40, 3, 3});  // more output channels than one task of the weight gradient takes
  check_all(x, v, {}, random.tensor({2, 40, 4500}), {.stride = 2, .left = 1});
}

TEST_CASE("conv1d: more channels than a block's shared memory holds, and windows longer than that") {
  Random random(9);
  const Tensor x = random.tensor({1, 40, 90});
  check_all(x, random.tensor({5, 40, 3}), {}, random.tensor({1, 5, 92}), {.left = 2, .right = 2});
  const Tensor y = random.tensor({2, 2, 8100}), w = random.tensor({3, 2, 3});
  check_all(y, w, random.tensor({3}), random.tensor({2, 3, 100}), {.dilation = 4000});
  check_all(y, w, random.tensor({3}), random.tensor({2, 3, 81}), {.stride = 101});
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("conv1d: each barrier of the CUDA kernels is needed") {
  Random random(13);
  const Tensor x = random.tensor({1, 20, 150}).to(Device::cuda), w = random.tensor({3, 20, 2}).to(Device::cuda);
  const Tensor b = random.tensor({3}).to(Device::cuda), dy = random.tensor({1, 3, 149}).to(Device::cuda);
  check_each_barrier_is_needed([&] {
    Tape tape;
    for (const Tensor& t : {x, w, b}) t.set_requires_grad();
    const Tensor y = conv1d(x, w, b, {});
    std::vector<Tensor> results = tape.gradients(y, dy, {x, w, b});
    results.push_back(y.detach());
    std::vector<double> values;
    for (const Tensor& t : results) {
      const Tensor host = t.to(Device::cpu);
      values.insert(values.end(), host.values().begin(), host.values().end());
    }
    return values;
  });
}
#endif

TEST_CASE("conv1d: the same bits for any number of threads and any batch") {
  Random random(3);
  const Convolution1d conv{.left = 2, .right = 2};
  const Tensor x = random.tensor({5, 6, 9000}), w = random.tensor({9, 6, 5}), b = random.tensor({9});
  const Tensor dy = random.tensor({5, 9, 9000});
  const int threads = thread_count();
  std::vector<Gradients> results;
  for (const int count : {1, 2, 3}) {
    set_thread_count(count);
    Tape tape;
    for (const Tensor& t : {x, w, b}) t.set_requires_grad();
    const Tensor y = conv1d(x, w, b, conv);
    results.push_back(tape.gradients(y, dy, {x, w, b}));
    results.back().push_back(y.detach());
  }
  set_thread_count(threads);
  for (size_t i = 1; i < results.size(); ++i)
    for (size_t k = 0; k < results[0].size(); ++k) CHECK(same_bits(results[i][k], results[0][k]));

  const Tensor third = Tensor::from({1, 6, 9000}, x.values().subspan(2 * 6 * 9000, 6 * 9000));
  const Tensor expected = Tensor::from({1, 9, 9000}, results[0][3].values().subspan(2 * 9 * 9000, 9 * 9000));
  CHECK(same_bits(conv1d(third, w, b, conv), expected));
}

#if defined(SEISGRAD_SIMD_DISPATCH) && defined(__x86_64__)
TEST_CASE("conv1d: the CUDA kernels give the CPU's bits, forward and for the data") {
  if (!has_cuda() || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    MESSAGE("skipped: no cuda, or a CPU that does not fuse multiplication and addition");
    return;
  }
  Random random(5);
  for (const Convolution1d conv : {Convolution1d{.left = 2}, {.stride = 2, .dilation = 3, .right = 1}}) {
    const Tensor x = random.tensor({2, 5, 300}), w = random.tensor({11, 5, 4}), b = random.tensor({11});
    const Tensor dy = random.tensor({2, 11, conv.output_length(300, 4)});
    const auto both = [&](Device device) {
      Tape tape;
      const Tensor input = x.to(device).clone();
      input.set_requires_grad();
      const Tensor y = conv1d(input, w.to(device), b.to(device), conv);
      return std::pair{y.detach(), tape.gradients(y, dy.to(device), {input})[0]};
    };
    const auto cpu = both(Device::cpu), cuda = both(Device::cuda);
    CHECK(same_bits(cpu.first, cuda.first));
    CHECK(same_bits(cpu.second, cuda.second));
  }
}

TEST_CASE("conv1d: AVX2 and AVX-512 give the same bits") {
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512dq")) {
    MESSAGE("skipped: this machine has no AVX-512");
    return;
  }
  constexpr int64_t C = 3, K = 5, positions = 208, row = positions + 128 + K;
  Random random(11);
  const auto values = [&](int64_t n) {
    std::vector<real> v(n);
    for (real& e : v) e = static_cast<real>(random.uniform(-1, 1));
    return v;
  };
  for (const int64_t O : {1, 3, 8, 13}) {
    CAPTURE(O);
    const std::vector<real> x = values(C * row), w = values(O * C * K), dy = values((O + 3) / 4 * 4 * positions);
    const std::vector<int64_t> tap = {0, 1, 2, 3, 4};
    const auto forward = [&](Conv1dTileFor* tile_for, Conv1dLoop* loop) {
      const int64_t block = tile_for(O).channels, outs = (O + block - 1) / block * block;
      std::vector<real> packed(outs * C * K), bias(outs, real(0.25)), y(O * positions);
      for (int64_t o = 0; o < O; ++o)
        for (int64_t i = 0; i < C * K; ++i)
          packed[o / block * block * C * K + i * block + o % block] = w[o * C * K + i];
      loop({C, O, K, packed.data(), bias.data(), positions - 3, x.data(), row, tap.data(), y.data(), positions, 0,
            positions - 3});
      return y;
    };
    CHECK(forward(avx2::conv1d_tile, avx2::conv1d_loop) == forward(avx512::conv1d_tile, avx512::conv1d_loop));

    std::vector<int64_t> column(24, 0);
    for (int64_t j = 0; j < C * K; ++j) column[j] = j / K * row + j % K;
    const auto weight = [&](Conv1dWeightLoop* loop) {
      std::vector<real> dw(O * C * K);
      loop({positions, O, C * K, dy.data(), positions, x.data(), column.data(), dw.data()});
      return dw;
    };
    CHECK(weight(avx2::conv1d_weight_loop) == weight(avx512::conv1d_weight_loop));
    CHECK(avx2::conv1d_sum_loop(x.data(), 77) == avx512::conv1d_sum_loop(x.data(), 77));
  }
}
#endif

TEST_CASE("conv1d: gradients that nobody wants are not computed") {
  Tape tape;
  const Tensor x = Tensor::full({1, 2, 5}, 1), w = Tensor::full({3, 2, 2}, 1), b = Tensor::zeros({3});
  b.set_requires_grad();
  const Tensor y = conv1d(x, w, b, {});
  const Gradients gradients = tape.nodes().back().backward(Tensor::full(y.shape(), 1));
  CHECK(!gradients[0]);
  CHECK(!gradients[1]);
  check_agrees("db", gradients[2], {4, 4, 4}, 0);
}

TEST_CASE("conv1d: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8}), w = Tensor::zeros({4, 3, 5});
  CHECK_THROWS_WITH(conv1d(Tensor::zeros({3, 8}), w, {}, {}), "conv1d: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(conv1d(x, Tensor::zeros({4, 2, 5}), {}, {}),
                    "conv1d: weight must be (O,C,K) with C = 3 and nothing empty, got (4,2,5)");
  CHECK_THROWS_WITH(conv1d(x, w, Tensor::zeros({3}), {}), "conv1d: bias must be (O) with O = 4, got (3)");
  CHECK_THROWS_WITH(conv1d(x, w, {}, {.stride = 0}), "conv1d: stride and dilation must be at least 1, got 0 and 1");
  CHECK_THROWS_WITH(conv1d(x, w, {}, {.left = -1}), "conv1d: padding must not be negative, got -1 and 0");
  CHECK_THROWS_WITH(conv1d(x, w, {}, {.dilation = 3, .left = 2, .right = 2}),
                    "conv1d: a kernel of 5 with dilation 3 spans 13 samples, the input (2,3,8) with padding 2+2 has "
                    "fewer");
  constexpr int64_t huge = int64_t{1} << 62;
  CHECK_THROWS_WITH(
      conv1d(x, w, {}, {.left = huge, .right = huge}),
      "conv1d: stride, dilation and padding must be at most 1152921504606846976, got 4611686018427387904");
  CHECK_THROWS_WITH(
      conv1d(x, w, {}, {.dilation = huge / 8}),
      "conv1d: a kernel of 5 with dilation 576460752303423488 spans more than 1152921504606846976 samples");
  CHECK_THROWS_AS(conv1d(Tensor({2, 3, 8}, DType::int32), w, {}, {}), std::invalid_argument);
}
