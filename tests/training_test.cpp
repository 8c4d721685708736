// Both models train on every device: steps of Adam with dropout and batch statistics follow those of the CPU, and a
// recorded step replayed gives the bits of steps one by one.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "autograd/tape.h"
#include "kernels/device.h"
#include "layers/adam.h"
#include "layers/initialise.h"
#include "models/eqtransformer.h"
#include "models/phase_classifier.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

constexpr int many = 20, few = 5;  // steps

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

struct Steps {
  int count;
  bool recorded = false;  // the second one, replayed from then on
};

template <class Model, class Loss>
Trained train(const Model& model, Device device, Steps steps, const Loss& loss_of) {
  move_to(model, device);
  Adam adam(model, {.rate = 1e-3});
  Pass pass;
  pass.train = true, pass.seed = 3, pass.counter = Tensor::from({}, std::vector<int32_t>{0}, device);
  Tensor loss;
  const auto step_on = [&] {
    Tape tape;
    loss = loss_of(model, pass);
    tape.backward(loss);
    adam.update();
  };
  device::Graph graph;
  Trained result;
  for (int32_t step = 0; step < steps.count; ++step) {
    pass.counter.copy_from(Tensor::from({}, std::span<const int32_t>(&step, 1)));
    adam.begin_step();
    if (steps.recorded && step == 1) graph = device::record(step_on);
    graph ? device::replay(graph) : step_on();
    result.losses.push_back(double(loss.item()));
  }
  model.visit([&](const std::string&, const Tensor& t, bool) {
    const Tensor host = t.to(Device::cpu);
    result.tensors.emplace_back(host.values().begin(), host.values().end());
  });
  return result;
}

Trained train_eqtransformer(Device device, Steps steps) {
  const EQTransformer model(small_eqtransformer());
  initialise(model);
  const Tensor x = normal({3, 3, 64}, 0).to(device), label = sigmoid(normal({3, 64}, 1)).to(device);
  return train(model, device, steps, [&](const EQTransformer& m, const Pass& pass) {
    const EQTransformer::Output y = m(x, pass);
    return add(scale(bce(y.detection, label), real(0.05)),
               add(scale(bce(y.p, label), real(0.4)), scale(bce(y.s, label), real(0.55))));
  });
}

Trained train_classifier(Device device, Steps steps) {
  const PhaseClassifier model(small_classifier());
  model.initialise(1);
  const Tensor x = normal({4, 3, 64}, 0).to(device);
  const Tensor label = Tensor::from({4}, std::span<const int32_t>(std::vector<int32_t>{0, 1, 2, 3}), device);
  return train(model, device, steps,
               [&](const PhaseClassifier& m, const Pass& pass) { return cross_entropy(m(x, pass), label); });
}

// Adam divides by the gradient's own size, so where that is rounding alone a step may differ by all of the rate: in
// float such parameters wander, and the losses, not the parameters, are what must agree.
void check_follows(const std::function<Trained(Device, Steps)>& train_on) {
  const Trained cpu = train_on(Device::cpu, {many});
  CHECK(cpu.losses.back() < cpu.losses.front());
  on_each_device([&](Device device) {
    const Trained other = train_on(device, {many});
    for (int step = 0; step < many; ++step) {
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

void check_recorded(const std::function<Trained(Device, Steps)>& train_on) {
  if (!has_cuda()) return;
  const Trained one_by_one = train_on(Device::cuda, {few});
  const Trained recorded = train_on(Device::cuda, {few, true});
  CHECK(recorded.losses == one_by_one.losses);
  CHECK(recorded.tensors == one_by_one.tensors);
}

}  // namespace

TEST_CASE("training: EQTransformer, twenty steps of Adam on each device") { check_follows(train_eqtransformer); }
TEST_CASE("training: PhaseClassifier, twenty steps of Adam on each device") { check_follows(train_classifier); }
TEST_CASE("training: EQTransformer, a step recorded once and replayed") { check_recorded(train_eqtransformer); }
TEST_CASE("training: PhaseClassifier, a step recorded once and replayed") { check_recorded(train_classifier); }
