#include "kernels/elementwise.h"

#include <cstring>
#include <string>

#include "autograd/on.h"
#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

constexpr real not_a_number = std::numeric_limits<real>::quiet_NaN(), infinity = std::numeric_limits<real>::infinity();
constexpr real largest = std::numeric_limits<real>::max(), smallest = std::numeric_limits<real>::min();

// n random values, among them in turn all that is odd about floating point.
Tensor with_specials(Random& random, int64_t n) {
  const real specials[] = {
      not_a_number,   infinity, -infinity, 0,    real(-0.0), largest, -largest, smallest, smallest / 8,
      -smallest / 64, 80,       -80,       87.5, -87.5,      100,     -100,     2.5,      -2.5};
  Tensor x = random.tensor({n}, -8, 8);
  const int64_t first = random.integer(0, 17);
  for (int64_t i = 0; i < n; i += 3) x.write()[i] = specials[(first + i / 3) % 18];
  return x;
}

// The reference's values as `real` would hold them: past the largest is infinite in float, too.
std::vector<double> rounded(std::vector<double> values) {
  for (double& v : values) v = double(static_cast<real>(v));
  return values;
}

std::vector<double> bounds(const std::vector<double>& values, double ulps) {
  std::vector<double> bound;
  for (const double v : values) bound.push_back(std::isfinite(v) ? ulps * epsilon * std::abs(v) : 0);
  return bound;
}

// 1..70 values and more than one task's: every length of the rest that fills no vector.
int64_t length(uint64_t seed) {
  return seed < 70 ? static_cast<int64_t>(seed) + 1 : 32768 + static_cast<int64_t>(seed);
}
constexpr uint64_t lengths = 71;

struct UnaryCase {
  std::string name;
  Tensor (*op)(const Tensor&);
  UnaryOf<double>* forward;
  UnaryBackwardOf<double>* backward;
  double ulps;               // allowed error of y
  bool of_argument = false;  // the gradient needs x, not y
  double underflow = 0;      // y below this may be flushed to 0
};

std::vector<UnaryCase> unary_cases() {
  return {
      {"relu", relu, reference::relu<double>, reference::relu_backward<double>, 0},
      {"sigmoid", sigmoid, reference::sigmoid<double>, reference::sigmoid_backward<double>, 2, false, double(smallest)},
      {"hard_sigmoid", hard_sigmoid, reference::hard_sigmoid<double>, reference::hard_sigmoid_backward<double>, 0},
      {"tanh", seisgrad::tanh, reference::tanh<double>, reference::tanh_backward<double>, 2},
      {"exp", seisgrad::exp, reference::exp<double>, reference::exp_backward<double>, 2},
      {"log", seisgrad::log, reference::log<double>, reference::log_backward<double>, 2, true},
  };
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.size() == b.size() && std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
}

}  // namespace

TEST_CASE("elementwise: values by hand") {
  const double s = 1 / (1 + std::exp(-0.5)), t = std::tanh(0.5), e3 = std::exp(-3.0), e6 = std::exp(-6.0);
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({7}, std::vector<real>{-3, -0.5, 0, 0.5, 3, not_a_number, infinity}, device);
    check_agrees("relu", relu(x), {0, 0, 0, 0.5, 3, not_a_number, double(infinity)}, 0);
    check_agrees("hard_sigmoid", hard_sigmoid(x), {0, 0.4, 0.5, 0.6, 1, not_a_number, 1}, epsilon);
    check_agrees("sigmoid", sigmoid(x), {e3 / (1 + e3), 1 - s, 0.5, s, 1 / (1 + e3), not_a_number, 1}, epsilon);
    check_agrees("tanh", seisgrad::tanh(x), {-(1 - e6) / (1 + e6), -t, 0, t, (1 - e6) / (1 + e6), not_a_number, 1},
                 epsilon);
    check_agrees("scale", scale(x, -2), {6, 1, 0, -1, -6, not_a_number, -double(infinity)}, 0);
    CHECK(add(Tensor::zeros({0, 3}, device), Tensor::zeros({0, 3}, device)).shape() == Shape{0, 3});
  });
}

// What has no exponential in it.
TEST_CASE("elementwise: the same bits on every device") {
  Random random(5);
  const Tensor a = with_specials(random, 3000), b = with_specials(random, 3000), dy = random.tensor({3000});
  const auto compute = [&](Device device) {
    const Tensor u = a.to(device), v = b.to(device), d = dy.to(device);
    std::vector<Tensor> results = {add(u, v),           subtract(u, v), multiply(u, v),
                                   scale(u, real(0.3)), relu(u),        hard_sigmoid(u)};
    // gradients at one y for all devices, though not at a y that these functions can have
    const auto backward = [&](UnaryBackward* cpu, UnaryBackward* gpu) {
      results.push_back(Tensor({3000}, DType::floating, device));
      on(device, cpu, gpu)(d.flat<const real>(), u.flat<const real>(), results.back().flat<real>());
    };
    backward(cpu::relu_backward, gpu::relu_backward);
    backward(cpu::sigmoid_backward, gpu::sigmoid_backward);
    backward(cpu::hard_sigmoid_backward, gpu::hard_sigmoid_backward);
    backward(cpu::tanh_backward, gpu::tanh_backward);
    backward(reference::exp_backward<real>, gpu::exp_backward);
    backward(reference::log_backward<real>, gpu::log_backward);
    return results;
  };
  const std::vector<Tensor> expected = compute(Device::cpu);
  on_each_device([&](Device device) {
    const std::vector<Tensor> got = compute(device);
    for (size_t i = 0; i < got.size(); ++i) check_agrees(joined("result ", i), got[i], all_values({expected[i]}), 0);
  });
}

TEST_CASE("elementwise: gradients at the kinks") {
  on_each_device([](Device device) {
    const Tensor x = Tensor::from({5}, std::vector<real>{-2.5, -1, 0, 2, 2.5}, device);
    const Tensor dy = Tensor::full({5}, 10, device);
    x.set_requires_grad();
    Tape tape;
    check_agrees("relu", tape.gradients(relu(x), dy, {x})[0], {0, 0, 0, 10, 10}, 0);
    check_agrees("hard_sigmoid", tape.gradients(hard_sigmoid(x), dy, {x})[0], {0, 2, 2, 2, 0}, 4 * epsilon);
  });
}

TEST_CASE("elementwise: functions of one value agree with the float64 reference") {
  for (const UnaryCase& c : unary_cases())
    for (uint64_t seed = 0; seed < lengths; ++seed) {
      Random random(seed);
      const Tensor x = with_specials(random, length(seed)), dy = random.tensor(x.shape());
      CAPTURE(c.name);
      CAPTURE(seed);
      auto wide = widened<1>(x);
      Array<double, 1> y(x.shape());
      c.forward(wide.in(), y.view());
      // hard_sigmoid: one fifth is not exact; the error is that of x/5, before the clip
      std::vector<double> bound = bounds(c.ulps == 0 ? wide.values : y.values, c.name[0] == 'h' ? 1 : c.ulps);
      if (c.name[0] == 'r') bound.assign(bound.size(), 0);

      on_each_device([&](Device device) {
        Tape tape;
        const Tensor input = x.to(device);
        input.set_requires_grad();
        const Tensor result = c.op(input);
        check_agrees("y", result, rounded(y.values), c.underflow + 2 * double(smallest) * epsilon, bound);

        // the gradient of what was computed, so that the error of y itself does not count twice
        auto v = c.of_argument ? wide : widened<1>(result);
        auto wide_dy = widened<1>(dy);
        Array<double, 1> dx(x.shape());
        c.backward(wide_dy.in(), v.in(), dx.view());
        check_agrees("dx", tape.gradients(result, dy.to(device), {input})[0], rounded(dx.values),
                     2 * epsilon + double(smallest), bounds(dx.values, 2));
      });
    }
}

TEST_CASE("elementwise: functions of two values agree with the float64 reference") {
  struct BinaryCase {
    std::string name;
    Tensor (*op)(const Tensor&, const Tensor&);
    BinaryOf<double>* forward;
  };
  for (const BinaryCase& c :
       {BinaryCase{"add", add, reference::add<double>}, BinaryCase{"subtract", subtract, reference::subtract<double>},
        BinaryCase{"multiply", multiply, reference::multiply<double>}})
    for (uint64_t seed = 0; seed < lengths; ++seed) {
      Random random(seed);
      const Tensor a = with_specials(random, length(seed)), b = with_specials(random, length(seed));
      CAPTURE(c.name);
      CAPTURE(seed);
      auto wide_a = widened<1>(a), wide_b = widened<1>(b);
      Array<double, 1> y(a.shape());
      c.forward(wide_a.in(), wide_b.in(), y.view());
      on_each_device([&](Device device) {
        check_agrees("y", c.op(a.to(device), b.to(device)), rounded(y.values), double(smallest) * epsilon,
                     bounds(y.values, 1));
      });
    }
}

TEST_CASE("elementwise: a value's result does not depend on its place") {
  Random random(3);
  const Tensor x = with_specials(random, 100), z = random.tensor({100});
  const auto first = [](const Tensor& t, int64_t n) { return crop(t, {.right = t.size() - n}); };
  for (int64_t n = 1; n < 100; ++n) {
    CAPTURE(n);
    for (const UnaryCase& c : unary_cases()) {
      CAPTURE(c.name);
      CHECK(same_bits(c.op(first(x, n)), first(c.op(x), n)));
    }
    CHECK(same_bits(add(first(x, n), first(z, n)), first(add(x, z), n)));
    CHECK(same_bits(multiply(first(x, n), first(z, n)), first(multiply(x, z), n)));
  }
}

TEST_CASE("elementwise: only wanted gradients are computed") {
  const Tensor x = Tensor::full({2}, 3), constant = Tensor::full({2}, 5);
  x.set_requires_grad();
  Tape tape;
  for (const Tensor& y : {multiply(x, constant), multiply(constant, x), subtract(x, constant), subtract(constant, x)}) {
    const Gradients dx = tape.nodes()[y.origin().node].backward(Tensor::full({2}, 1));
    const bool x_first = tape.nodes()[y.origin().node].inputs[0].leaf.is(x);
    CHECK(static_cast<bool>(dx[x_first ? 0 : 1]));
    if (std::string(tape.nodes()[y.origin().node].op) == "multiply" || x_first) CHECK(!dx[x_first ? 1 : 0]);
  }
}

TEST_CASE("elementwise: what they refuse") {
  CHECK_THROWS_WITH(add(Tensor::zeros({2, 3}), Tensor::zeros({3, 2})),
                    "add: shapes must be equal, got (2,3) and (3,2)");
  CHECK_THROWS_WITH(multiply(Tensor::zeros({6}), Tensor::zeros({3, 2})),
                    "multiply: shapes must be equal, got (6) and (3,2)");
  CHECK_THROWS_WITH(relu(Tensor({2}, DType::int32)), "expected a tensor of real, got int32");
}
