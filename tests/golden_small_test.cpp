// Parity with PyTorch on the small models of tests/golden (make_golden.py there made them), outputs and gradients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "autograd/tape.h"
#include "models/weights.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

// Float32 leaves about 1e-6 of a value's magnitude after a few layers, and more where gradients cancel; float64 1e-15.
constexpr double tolerance = sizeof(real) == 4 ? 1e-4 : 1e-10;

std::string golden_path(const std::string& name) { return joined(GOLDEN_FOLDER, "/", name, ".safetensors"); }

class Values {
 public:
  explicit Values(const std::string& name) {
    for (StoredTensor& t : read_safetensors(golden_path(name + ".values")).tensors) stored_[t.name] = std::move(t);
  }
  Tensor tensor(const std::string& name) const {
    const StoredTensor& s = stored_.at(name);
    const std::vector<double> values = values_of(s);
    Shape shape = s.shape.size() == 3 ? Shape{s.shape[0], s.shape[1], s.shape[2]} : Shape{s.shape[0], s.shape[1]};
    return Tensor::from(shape, std::span<const real>(std::vector<real>(values.begin(), values.end())));
  }
  // Every value within the tolerance of the largest, or of 0.2: smaller gradients are differences of numbers of order 1
  // and more, and those that are zero in theory (a bias before batch statistics) are nothing but rounding.
  void check(const std::string& name, const Tensor& got) {
    const std::vector<double> expected = values_of(stored_.at(name));
    CAPTURE(name);
    REQUIRE(static_cast<bool>(got));
    REQUIRE(got.size() == static_cast<int64_t>(expected.size()));
    const Tensor host = got.to(Device::cpu);
    double error = 0, magnitude = 0.2;
    for (size_t i = 0; i < expected.size(); ++i) {
      const double difference = std::abs(static_cast<double>(host.values()[i]) - expected[i]);
      if (!(difference <= error)) error = difference;
      magnitude = std::max(magnitude, std::abs(expected[i]));
    }
    CHECK(error <= tolerance * magnitude);
    ++checked_;
  }
  size_t unchecked() const {  // arrays that are results
    return static_cast<size_t>(std::count_if(
               stored_.begin(), stored_.end(),
               [](const auto& s) { return s.first.starts_with("eval.") || s.first.starts_with("train."); })) -
           checked_;
  }

 private:
  std::map<std::string, StoredTensor> stored_;
  size_t checked_ = 0;
};

using Outputs = std::map<std::string, Tensor>;

Outputs outputs_of(const EQTransformer& model, const Tensor& x, const Pass& pass) {
  const EQTransformer::Output out = model(x, pass);
  return {{"detection", out.detection}, {"p", out.p}, {"s", out.s}};
}
Outputs outputs_of(const PhaseClassifier& model, const Tensor& x, const Pass& pass) {
  return {{"logits", model(x, pass)}};
}

// The same weights in a model without dropout.
template <class Model>
Model without_dropout(const Model& model) {
  auto config = model.config();
  config.dropout = 0;
  Model twin(config);
  std::vector<Tensor> source;
  model.visit([&](const std::string&, const Tensor& t, bool) { source.push_back(t); });
  size_t i = 0;
  twin.visit([&](const std::string&, const Tensor& t, bool) { t.copy_from(source[i++]); });
  return twin;
}

template <class Model>
void check(const Loaded<Model>& loaded, const std::string& name, Device device) {
  Values values(name);
  for (const char* mode : {"eval", "train"}) {
    const std::string prefix = std::string(mode) + ".";
    const Model model = without_dropout(loaded.model);
    move_to(model, device);
    const Tensor x = values.tensor("input").to(device);
    x.set_requires_grad();
    Pass pass;
    pass.train = prefix == "train.";
    Tape tape;
    for (const auto& [output, y] : outputs_of(model, x, pass)) {
      values.check(prefix + output, y);
      tape.backward(y, values.tensor("upstream." + output).to(device));
    }
    values.check(prefix + "grad.input", x.grad());
    model.visit([&](const std::string& tensor, const Tensor& t, bool trainable) {
      if (trainable) values.check(prefix + "grad." + tensor, t.grad());
    });
  }
  CHECK(values.unchecked() == 0);
}

}  // namespace

TEST_CASE("golden, small: EQTransformer with sigmoid and with hard sigmoid gates") {
  for (const std::string name : {"eqtransformer_sigmoid", "eqtransformer_hard_sigmoid"}) {
    CAPTURE(name);
    on_each_device([&](Device device) { check(read_eqtransformer(golden_path(name)), name, device); });
  }
}

TEST_CASE("golden, small: PhaseClassifier, plain and residual") {
  for (const std::string name : {"phase_classifier_plain", "phase_classifier_residual"}) {
    CAPTURE(name);
    on_each_device([&](Device device) { check(read_phase_classifier(golden_path(name)), name, device); });
  }
}
