#include "kernels/linear.h"

#include <type_traits>

#include "autograd/ops.h"
#include "kernels/matmul.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

// Whether a product on this device is made by tensor cores.
bool on_tensor_cores(Device device, Precision precision) {
  return device == Device::cuda && precision != Precision::strict && std::is_same_v<real, float>;
}

// What a sum of K products may be wrong by, from the reference on absolute values. Strict: twice the bound on rounding,
// plus one. Tensor cores cut off 10 addends for 8 products; tf32 rounds both factors by 2^-11 and goes on adding there;
// three times tf32 leaves 4 epsilon out and adds the eighths outside.
std::vector<double> rounding(const std::vector<double>& of_absolute_values, int64_t K, Device device,
                             Precision precision) {
  const double terms = static_cast<double>(K + 1);
  const double relative = !on_tensor_cores(device, precision) ? terms * epsilon
                          : precision == Precision::tf32      ? 0x1p-10 + (2 * terms + 10) * epsilon
                                                              : (16 + terms / 8) * epsilon;
  std::vector<double> bound = of_absolute_values;
  for (double& b : bound) b *= relative;
  return bound;
}

std::vector<real> kept(const Tensor& t) { return {t.values().begin(), t.values().end()}; }
bool has_linear(Device device) { return device == Device::cpu || gpu::linear != nullptr; }

// Forward and backward on every device.
void check_linear(const Tensor& x, const Tensor& w, const Tensor& b, const Tensor& dy, Precision precision) {
  const int64_t R = x.shape()[0], I = x.shape()[1], O = w.shape()[0];
  CAPTURE(joined(R, " rows, ", I, " -> ", O, b ? "" : ", no bias", ", precision ", static_cast<int>(precision)));
  Array<double, 2> y(dy.shape()), dx(x.shape()), dw(w.shape());
  Array<double, 1> db({O});
  std::vector<double> size[4];
  for (const bool absolute : {true, false}) {
    auto wide_x = widened<2>(x, absolute), wide_w = widened<2>(w, absolute), wide_dy = widened<2>(dy, absolute);
    auto wide_b = widened<1>(b ? b : Tensor::zeros({O}), absolute);
    reference::linear<double>(wide_x.in(), wide_w.in(), b ? wide_b.in() : View<const double, 1>{nullptr, {O}},
                              Precision::strict, y.view());
    reference::linear_backward_data<double>(wide_dy.in(), wide_w.in(), Precision::strict, dx.view());
    reference::linear_backward_weight<double>(wide_dy.in(), wide_x.in(), Precision::strict, dw.view());
    reference::linear_backward_bias<double>(wide_dy.in(), db.view());
    if (absolute) size[0] = y.values, size[1] = dx.values, size[2] = dw.values, size[3] = db.values;
  }
  on_each_device([&](Device device) {
    if (!has_linear(device)) return;
    Tape tape;
    std::vector<Tensor> in = {x.to(device), w.to(device), b ? b.to(device) : Tensor()};
    for (const Tensor& t : in)
      if (t) t.set_requires_grad();
    const Tensor got = linear(in[0], in[1], in[2], precision);
    check_agrees("y", got, y.values, 0, rounding(size[0], I + 1, device, precision));
    if (!b) in.pop_back();
    const Gradients gradients = tape.gradients(got, dy.to(device), in);
    check_agrees("dx", gradients[0], dx.values, 0, rounding(size[1], O, device, precision));
    check_agrees("dw", gradients[1], dw.values, 0, rounding(size[2], R, device, precision));
    if (b) check_agrees("db", gradients[2], db.values, 0, rounding(size[3], R, device, Precision::strict));
  });
}

void check_matmul(const Tensor& a, const Tensor& b, const Tensor& dc, Precision precision) {
  const int64_t M = a.shape()[0], K = a.shape()[1], N = b.shape()[1];
  CAPTURE(joined("(", M, ",", K, ") (", K, ",", N, "), precision ", static_cast<int>(precision)));
  Array<double, 2> c(dc.shape()), da(a.shape()), db(b.shape());
  std::vector<double> size[3];
  for (const bool absolute : {true, false}) {
    auto wide_a = widened<2>(a, absolute), wide_b = widened<2>(b, absolute), wide_dc = widened<2>(dc, absolute);
    reference::matmul<double>(wide_a.in(), wide_b.in(), Precision::strict, c.view());
    reference::matmul_transposed_b<double>(wide_dc.in(), wide_b.in(), Precision::strict, da.view());
    reference::matmul_transposed_a<double>(wide_a.in(), wide_dc.in(), Precision::strict, db.view());
    if (absolute) size[0] = c.values, size[1] = da.values, size[2] = db.values;
  }
  on_each_device([&](Device device) {
    if (!has_linear(device)) return;
    Tape tape;
    const Tensor left = a.to(device), right = b.to(device);
    left.set_requires_grad(), right.set_requires_grad();
    const Tensor got = matmul(left, right, precision);
    check_agrees("c", got, c.values, 0, rounding(size[0], K, device, precision));
    const Gradients gradients = tape.gradients(got, dc.to(device), {left, right});
    check_agrees("da", gradients[0], da.values, 0, rounding(size[1], N, device, precision));
    check_agrees("db", gradients[1], db.values, 0, rounding(size[2], M, device, precision));
  });
}

}  // namespace

TEST_CASE("linear: values by hand") {
  const std::vector<real> x = {1, 2, 3, -1, 0, 4}, w = {1, 0, -1, 2, 1, 1}, b = {10, 20};
  const Tensor in = Tensor::from({2, 3}, x), weight = Tensor::from({2, 3}, w), bias = Tensor::from({2}, b);
  check_agrees("with bias", linear(in, weight, bias), {8, 27, 5, 22}, 0);
  check_agrees("without", linear(in, weight, {}), {-2, 7, -5, 2}, 0);
  CHECK(linear(in.reshape({2, 1, 3}), weight, bias).shape() == Shape{2, 1, 2});
  check_agrees("matmul", matmul(in, weight.reshape({3, 2})), {2, 7, 3, 4}, 0);
  check_agrees("no terms", matmul(Tensor::zeros({1, 0}), Tensor::zeros({0, 2})), {0, 0}, 0);

  Tensor holed = in.clone();
  holed.write()[4] = std::numeric_limits<real>::quiet_NaN();
  const Tensor y = linear(holed, weight, bias);
  CHECK(y.values()[0] == 8);
  CHECK(std::isnan(y.values()[2]));
  CHECK(std::isnan(y.values()[3]));  // 0 times NaN too
}

TEST_CASE("linear: agrees with the float64 reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    // beyond the CPU kernels' tiles (12 x 32), blocks of terms (256) and strips (16), and CUDA's tiles (64 x 64)
    const int64_t R = random.size(80), I = random.size(300), O = random.size(70);
    const Tensor x = random.tensor({R, I}), w = random.tensor({O, I}),
                 b = random.coin() ? random.tensor({O}) : Tensor();
    check_linear(x, w, b, random.tensor({R, O}), Precision::strict);
  }
  Random random(1);  // rows in three chains
  check_linear(random.tensor({700, 5}), random.tensor({3, 5}), random.tensor({3}), random.tensor({700, 3}),
               Precision::strict);
}

TEST_CASE("matmul: agrees with the float64 reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const int64_t M = random.size(80), K = random.size(300), N = random.size(70);
    check_matmul(random.tensor({M, K}), random.tensor({K, N}), random.tensor({M, N}), Precision::strict);
  }
}

TEST_CASE("linear, matmul: on tensor cores, within the bounds of tf32 and of three times tf32") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Precision precision = seed % 2 ? Precision::tf32 : Precision::tf32x3;
    const int64_t unit = random.one_of({1, 4});  // whole chunks of 16 bytes are copied at once
    const auto size = [&](int64_t most) { return (random.size(most) + unit - 1) / unit * unit; };
    const int64_t R = size(140), I = size(40), O = size(70);  // beyond tiles of 128 x 64
    const Tensor x = random.tensor({R, I}), w = random.tensor({O, I}), dy = random.tensor({R, O});
    if (seed % 5) check_linear(x, w, random.coin() ? random.tensor({O}) : Tensor(), dy, precision);
    else check_matmul(x, random.tensor({I, O}), dy, precision);
  }
  Random random(1);
  check_linear(random.tensor({530, 5}), random.tensor({3, 5}), {}, random.tensor({530, 3}), Precision::tf32x3);
}

TEST_CASE("linear: another precision changes what a GPU computes in float, and nothing else") {
  Random random(3);
  const Tensor x = random.tensor({40, 50}), w = random.tensor({30, 50});
  on_each_device([&](Device device) {
    if (!has_linear(device)) return;
    const auto in = [&](Precision precision) {
      return kept(linear(x.to(device), w.to(device), {}, precision).to(Device::cpu));
    };
    const bool differs = on_tensor_cores(device, Precision::tf32);
    CHECK((in(Precision::tf32) != in(Precision::strict)) == differs);
    CHECK((in(Precision::tf32x3) != in(Precision::strict)) == differs);
    CHECK((in(Precision::tf32) != in(Precision::tf32x3)) == differs);
  });
}

// y[r,o] = start + chains of 256 fma, in order.
std::vector<real> in_chains(const Tensor& x, const Tensor& w, real start) {
  const int64_t R = x.shape()[0], I = x.shape()[1], O = w.shape()[0];
  std::vector<real> y(R * O, start);
  for (int64_t i = 0; i < R * O; ++i)
    for (int64_t k0 = 0; k0 < I; k0 += 256) {
      real chain = 0;
      for (int64_t k = k0; k < std::min(I, k0 + 256); ++k)
        chain = std::fma(x.values()[i / O * I + k], w.values()[i % O * I + k], chain);
      y[i] += chain;
    }
  return y;
}

TEST_CASE("linear: on a GPU in every tile, with few rows and with many, to the bit the sums of the contract") {
  if (!has_cuda() || !has_linear(Device::cuda)) return;
  Random random(9);
  struct Case {
    int64_t rows, in, out;
    const char* what;
  };
  for (const Case& c : {Case{1300, 3, 1290, "tiles of 128 x 128"},
                        {70, 260, 20, "64 x 64, a block for each chain"},
                        {300, 40, 16, "256 x 16"},
                        {8500, 270, 3, "256 x 16, chain after chain"},
                        {9, 700, 7, "three chains"}}) {
    if (finds_races() && c.rows > 500)
      continue;  // many minutes under ThreadSanitizer, and the same kernels as the rest
    CAPTURE(c.what);
    const Tensor x = random.tensor({c.rows, c.in}), w = random.tensor({c.out, c.in});
    const Tensor b = Tensor::full({c.out}, real(0.3));
    CHECK(kept(linear(x.to(Device::cuda), w.to(Device::cuda), b.to(Device::cuda)).to(Device::cpu)) ==
          in_chains(x, w, real(0.3)));
  }
  const Tensor dy = random.tensor({600, 40}), b = Tensor::zeros({40}).to(Device::cuda);
  b.set_requires_grad();
  Tape tape;
  const Tensor y = linear(Tensor::zeros({600, 1}).to(Device::cuda), Tensor::zeros({40, 1}).to(Device::cuda), b);
  CHECK(kept(tape.gradients(y, dy.to(Device::cuda), {b})[0].to(Device::cpu)) ==
        in_chains(Tensor::full({1, 600}, 1), transpose(dy), 0));
}

TEST_CASE("linear: on tensor cores a row does not depend on how many there are") {
  if (!has_cuda() || !has_linear(Device::cuda)) return;
  Random random(10);  // two chains of 512
  const int64_t most = finds_races() ? 840 : 8400;
  const Tensor x = random.tensor({1, 530}), w = random.tensor({most, 530});
  const auto first = [&](int64_t outputs, Precision precision) {
    const Tensor some = Tensor::from({outputs, 530}, w.values().first(outputs * 530)).to(Device::cuda);
    std::vector<real> y = kept(linear(x.to(Device::cuda), some, {}, precision).to(Device::cpu));
    y.resize(40);
    return y;
  };
  for (const Precision precision : {Precision::tf32, Precision::tf32x3})
    CHECK(first(precision == Precision::tf32 ? most : 90, precision) == first(50, precision));
}

TEST_CASE("linear: the same bits for any number of rows and threads") {
  Random random(7);
  const Tensor x = random.tensor({1000, 300}), w = random.tensor({70, 300}), b = random.tensor({70});
  const Tensor dy = random.tensor({1000, 70});
  const int before = thread_count();
  std::vector<real> y, dw;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    Tape tape;
    w.set_requires_grad();
    const Tensor all = linear(x, w, b);
    const Tensor gradient = tape.gradients(all, dy, {w})[0];
    if (threads == 1) y = kept(all), dw = kept(gradient);
    CHECK(kept(all) == y);
    CHECK(kept(gradient) == dw);
  }
  set_thread_count(before);
  for (const int64_t rows : {1, 2, 11, 47, 333}) {
    const Tensor some = linear(Tensor::from({rows, 300}, x.values().first(rows * 300)), w, b);
    CHECK(kept(some) == std::vector<real>(y.begin(), y.begin() + rows * 70));
  }
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("linear: each barrier of the CUDA kernels is needed") {
  Random random(2);
  const Tensor x = random.tensor({70, 40}).to(Device::cuda), w = random.tensor({20, 40}).to(Device::cuda);
  for (const Precision precision : {Precision::strict, Precision::tf32x3}) {
    check_each_barrier_is_needed([&] {
      const Tensor y = linear(x, w, {}, precision).to(Device::cpu);
      return std::vector<double>(y.values().begin(), y.values().end());
    });
    CHECK(simt::barrier_sites().size() == 1);
  }
}
#endif

TEST_CASE("linear: a gradient nobody wants is absent") {
  Random random(1);
  const Tensor x = random.tensor({3, 4}), w = random.tensor({2, 4}), b = random.tensor({2});
  w.set_requires_grad();
  Tape tape;
  const Tensor y = linear(x, w, b);
  const Gradients gradients = tape.nodes()[0].backward(y);
  CHECK(!gradients[0]);
  CHECK(gradients[1].shape() == Shape{2, 4});
  CHECK(!gradients[2]);
}

TEST_CASE("linear: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3}), w = Tensor::zeros({4, 3}), b = Tensor::zeros({4});
  CHECK_THROWS_WITH(linear(Tensor::zeros({3}), w, b), "linear: x must be (N,I) or (N,T,I), got (3)");
  CHECK_THROWS_WITH(linear(x, Tensor::zeros({3, 4}), b),
                    "linear: weight must be (O,I) with I the last size of x (2,3), got (3,4)");
  CHECK_THROWS_WITH(linear(x, w, Tensor::zeros({3})), "linear: bias must be (4), got (3)");
  CHECK_THROWS_WITH(matmul(x, w), "matmul: a must be (M,K) and b (K,N), got (2,3) and (4,3)");
}
