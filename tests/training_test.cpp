// Both models train on every device: steps of Adam with dropout and batch statistics follow those of the CPU.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "autograd/tape.h"
#include "layers/adam.h"
#include "layers/initialise.h"
#include "models/eqtransformer.h"
#include "models/phase_classifier.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

constexpr int steps = 20;

EQTransformerConfig small_eqtransformer() {
  return {.samples = 64,
          .filters = {4, 8},
          .kernels = {5, 3},
          .residual_kernels = {3, 2},
          .bilstm_blocks = 1,
          .lstm_units = 8,
          .attention_units = 8,
          .feed_forward_units = 16,
          .crop = {.stage = 1, .left = 0, .right = 0}};
}

PhaseClassifierConfig small_classifier() {
  return {.samples = 64, .depth = 3, .residual = true, .channels = 4, .most_channels = 8, .hidden = 8};
}

Tensor normal(const Shape& shape, uint16_t stream) {
  Tensor t(shape);
  xavier_normal(t, {.seed = 7, .purpose = Purpose::toy_record, .stream = stream});
  return t;
}

void initialise(const EQTransformer& model) {
  uint16_t stream = 0;
  model.visit([&](const std::string& name, const Tensor& t, bool trainable) {
    const RandomKey key{.seed = 1, .purpose = Purpose::initial_weights, .stream = stream++};
    if (name.ends_with("gamma")) t.copy_from(Tensor::full(t.shape(), 1));
    else if (trainable && t.shape().rank() >= 2) xavier_normal(t, key);
  });
}

// The loss before each step, and all tensors after the last.
struct Trained {
  std::vector<double> losses;
  std::vector<std::vector<double>> tensors;
};

template <class Model, class Loss>
Trained train(const Model& model, Device device, const Loss& loss_of) {
  move_to(model, device);
  Adam adam(model, {.rate = 1e-3});
  Trained result;
  for (uint32_t step = 0; step < steps; ++step) {
    Tape tape;
    Pass pass;
    pass.train = true, pass.seed = 3, pass.step = step;
    const Tensor loss = loss_of(model, pass);
    result.losses.push_back(double(loss.to(Device::cpu).item()));
    tape.backward(loss);
    adam.step();
  }
  model.visit([&](const std::string&, const Tensor& t, bool) {
    const Tensor host = t.to(Device::cpu);
    result.tensors.emplace_back(host.values().begin(), host.values().end());
  });
  return result;
}

Trained train_eqtransformer(Device device) {
  const EQTransformer model(small_eqtransformer());
  initialise(model);
  const Tensor x = normal({3, 3, 64}, 0).to(device), label = sigmoid(normal({3, 64}, 1)).to(device);
  return train(model, device, [&](const EQTransformer& m, const Pass& pass) {
    const EQTransformer::Output y = m(x, pass);
    return add(scale(bce(y.detection, label), real(0.05)),
               add(scale(bce(y.p, label), real(0.4)), scale(bce(y.s, label), real(0.55))));
  });
}

Trained train_classifier(Device device) {
  const PhaseClassifier model(small_classifier());
  model.initialise(1);
  const Tensor x = normal({4, 3, 64}, 0).to(device);
  const Tensor label = Tensor::from({4}, std::span<const int32_t>(std::vector<int32_t>{0, 1, 2, 3}), device);
  return train(model, device,
               [&](const PhaseClassifier& m, const Pass& pass) { return cross_entropy(m(x, pass), label); });
}

// Adam divides by the gradient's own size, so where that is rounding alone a step may differ by all of the rate: in
// float such parameters wander, and the losses, not the parameters, are what must agree.
void check_follows(const std::function<Trained(Device)>& train_on) {
  const Trained cpu = train_on(Device::cpu);
  CHECK(cpu.losses.back() < cpu.losses.front());
  on_each_device([&](Device device) {
    const Trained other = train_on(device);
    for (int step = 0; step < steps; ++step) {
      CAPTURE(step);
      CHECK(std::abs(other.losses[step] - cpu.losses[step]) <= (sizeof(real) == 4 ? 2e-3 : 1e-8));
    }
    if (sizeof(real) == 4) return;
    for (size_t i = 0; i < cpu.tensors.size(); ++i) {
      CAPTURE(i);
      for (size_t j = 0; j < cpu.tensors[i].size(); ++j)
        if (!(std::abs(other.tensors[i][j] - cpu.tensors[i][j]) <= 1e-6)) {
          CAPTURE(j);
          CHECK(other.tensors[i][j] == cpu.tensors[i][j]);
        }
    }
  });
}

}  // namespace

TEST_CASE("training: EQTransformer, twenty steps of Adam on each device") { check_follows(train_eqtransformer); }
TEST_CASE("training: PhaseClassifier, twenty steps of Adam on each device") { check_follows(train_classifier); }
