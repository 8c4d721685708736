#include "layers/adam.h"

#include "tests/agree.h"

using namespace seisgrad;

namespace {

struct Parameters {
  std::vector<Tensor> tensors;

  void visit(auto&& f) const {
    for (size_t i = 0; i < tensors.size(); ++i) f(std::to_string(i), tensors[i], true);
  }
};

Parameters on_device(const std::vector<Tensor>& tensors, Device device) {
  Parameters moved;
  for (const Tensor& t : tensors) moved.tensors.push_back(t.clone().to(device));
  return moved;
}

// What three steps make of some parameters; whether the i-th has a gradient changes from step to step.
std::vector<double> stepped(const std::vector<Tensor>& start, const std::vector<Tensor>& gradients, Device device) {
  const Parameters p = on_device(start, device), g = on_device(gradients, device);
  Adam adam(p, {.rate = 0.1});
  for (size_t step = 0; step < 3; ++step) {
    for (size_t i = 0; i < p.tensors.size(); ++i)
      if ((i + step) % 3 != 0) p.tensors[i].set_grad(g.tensors[i]);
    adam.step();
  }
  return all_values(p.tensors);
}

}  // namespace

TEST_CASE("adam: two steps by hand") {
  on_each_device([](Device device) {
    const Parameters p = on_device({Tensor::full({}, 1), Tensor::full({2}, 5)}, device);
    Adam adam(p, {.rate = 0.5});
    p.tensors[0].set_grad(Tensor::full({}, 4, device));
    adam.step();  // the first step is the rate, whatever the gradient's size
    CHECK(p.tensors[0].item() == doctest::Approx(0.5));
    CHECK(!p.tensors[0].grad());
    p.tensors[0].set_grad(Tensor::full({}, -1, device));
    adam.step();
    const double m = 0.9 * 0.4 - 0.1, v = 0.999 * 0.016 + 0.001;
    const double corrected = m / (1 - 0.81) / std::sqrt(v / (1 - 0.999 * 0.999));
    CHECK(p.tensors[0].item() == doctest::Approx(0.5 - 0.5 * corrected));
    check_agrees("without a gradient", p.tensors[1], {5, 5}, 0);
  });
}

TEST_CASE("adam: every device gives the same bits") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    std::vector<Tensor> p, g;
    const int64_t count = seed == 0 ? 1100 : random.size(40);  // 1100: more than a launch takes
    for (int64_t i = 0; i < count; ++i) {
      const Shape shape{random.integer(0, 3), random.size(seed == 0 ? 3 : 100)};
      p.push_back(random.tensor(shape));
      g.push_back(random.tensor(shape, -1e-3, 1e-3));
    }
    CAPTURE(seed);
    const std::vector<double> expected = stepped(p, g, Device::cpu);
    on_each_device([&](Device device) { CHECK(stepped(p, g, device) == expected); });
  }
}

TEST_CASE("adam: the float64 reference agrees") {
  Random random(1);
  const Tensor start = random.tensor({300}), gradient = random.tensor({300});
  auto p = widened<1>(start), g = widened<1>(gradient);
  Array<double, 1> m({300}), v({300});
  std::fill(m.values.begin(), m.values.end(), 0.0);
  v.values = m.values;
  const AdamParameterOf<double> only{g.values.data(), p.values.data(), 0};
  for (int64_t step = 1; step <= 5; ++step) {
    const double rate = adam_rate({.rate = 0.01}, step);
    reference::adam_step<double>({&only, 1}, {}, {&rate, {1}}, m.view(), v.view());
  }
  on_each_device([&](Device device) {
    const Parameters one = on_device({start}, device);
    Adam adam(one, {.rate = 0.01});
    for (int step = 0; step < 5; ++step) {
      one.tensors[0].set_grad(gradient.to(device));
      adam.step();
    }
    check_agrees("p", one.tensors[0], p.values, 5 * 16 * epsilon);
  });
}

TEST_CASE("adam: a gradient on another device is refused") {
  if (!has_cuda()) return;
  const Parameters p = on_device({Tensor::zeros({2})}, Device::cpu);
  Adam adam(p);
  p.tensors[0].set_grad(Tensor::zeros({2}, Device::cuda));
  CHECK_THROWS_AS(adam.step(), std::invalid_argument);
}
