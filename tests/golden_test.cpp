// The full golden data beside the repository (shared/golden/README.md): two real EQTransformers, four real windows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "apps/model/hdf5.h"
#include "apps/model/keras.h"
#include "apps/model/parity.h"
#include "autograd/tape.h"
#include "models/weights.h"
#include "tests/agree.h"
#include "tests/shared.h"

using namespace seisgrad;

namespace {

// Emulated, a pass of the whole model takes minutes: only in full.
std::vector<Device> devices() {
#ifdef SEISGRAD_EMULATED
  if (!std::getenv("SEISGRAD_FULL")) return {Device::cpu};
#endif
  if (!has_cuda()) return {Device::cpu};
  return {Device::cpu, Device::cuda};
}
std::string name_of(Device device) { return device == Device::cpu ? "cpu: " : "cuda: "; }

constexpr bool is_double = sizeof(real) == 8;

// Without dropout, so that training mode differs in batch norm alone.
EQTransformer model_of(const std::string& path, bool without_dropout = false) {
  const Loaded<EQTransformer> loaded = unpack_eqtransformer(decode(encode(import_keras(path)), path), path);
  if (!without_dropout) return loaded.model;
  EQTransformerConfig config = loaded.model.config();
  config.dropout = 0;
  EQTransformer model(config);
  std::map<std::string, Tensor> source;
  loaded.model.visit([&](const std::string& name, const Tensor& t, bool) { source[name] = t; });
  model.visit([&](const std::string& name, const Tensor& t, bool) { t.copy_from(source.at(name)); });
  return model;
}

void check_activations(const std::string& weights, const std::string& activations) {
  const auto weight_file = shared_path(weights), golden_file = shared_path(activations);
  if (!weight_file || !golden_file) return;
  Safetensors golden;
  golden.tensors = Hdf5File(*golden_file).arrays();
  const EQTransformer model = model_of(*weight_file);
  for (const Device device : devices()) {
    move_to(model, device);
    const Parity parity = compare(model, golden, *golden_file);
    INFO(name_of(device));
    CHECK(parity.rows.size() >= 68);
    for (const ParityRow& row : parity.rows) {
      CAPTURE(row.ours);
      if (row.output) CHECK(row.error <= (is_double ? 1e-9 : 2e-5));
      else CHECK(row.error <= 1e-4 * row.magnitude);
    }
    MESSAGE(name_of(device) << activations << ": outputs within " << parity.largest_output_error()
                            << ", activations within " << parity.largest_activation_error() << " of their magnitude");
  }
}

using Arrays = std::map<std::string, StoredTensor>;

Arrays gradients_file() {
  Arrays arrays;
  const auto path = shared_path("golden/eqt_2bilstm_gradients.h5");
  if (!path) return arrays;
  for (StoredTensor& t : Hdf5File(*path).arrays()) arrays[t.name] = t;
  return arrays;
}

Tensor tensor_of(const StoredTensor& stored, const Shape& shape) {
  const std::vector<double> values = values_of(stored);
  return Tensor::from(shape, std::span<const real>(std::vector<real>(values.begin(), values.end())));
}

// Gradient of weight times the mean binary cross-entropy, probabilities clipped to [1e-7, 1 - 1e-7].
Tensor loss_gradient(const Tensor& on_device, const StoredTensor& label, double weight) {
  const std::vector<double> y = values_of(label);
  const Tensor p = on_device.to(Device::cpu);
  Tensor dp(p.shape());
  for (size_t i = 0; i < y.size(); ++i) {
    const double q = p.values()[i], clipped = q < 1e-7 || q > 1 - 1e-7 ? 0 : 1;
    dp.write()[i] = static_cast<real>(clipped * weight * (q - y[i]) / (q * (1 - q)) / static_cast<double>(y.size()));
  }
  return dp.to(on_device.device());
}

// Which are zero in theory: a shift of all scores changes no attention, a shift before batch statistics nothing.
bool is_zero(const std::string& tensor, bool train) {
  if (tensor.ends_with("score_bias")) return true;
  return train && (tensor.ends_with("conv1.bias") || (tensor.starts_with("bilstm") && tensor.ends_with("conv.bias")));
}

void check_gradients(const std::string& group, bool train, Device device) {
  const auto weight_file = shared_path("golden/eqt_2bilstm_weights.keras.h5");
  const Arrays arrays = gradients_file();
  if (!weight_file || arrays.empty()) return;
  const EQTransformer model = model_of(*weight_file, true);
  move_to(model, device);
  std::map<std::string, Tensor> parameters;
  model.visit([&](const std::string& name, const Tensor& t, bool) { parameters[name] = t; });

  const Tensor x = transpose(tensor_of(arrays.at("input"), {4, 6000, 3})).to(device);
  Tape tape;
  Pass pass;
  pass.train = train;
  const EQTransformer::Output out = model(x, pass);
  tape.backward(out.detection, loss_gradient(out.detection, arrays.at("yD"), 0.05));
  tape.backward(out.p, loss_gradient(out.p, arrays.at("yP"), 0.40));
  tape.backward(out.s, loss_gradient(out.s, arrays.at("yS"), 0.55));

  int compared = 0;
  double worst = 0, worst_zero = 0;
  for (const KerasBinding& binding : keras_model(Hdf5File(*weight_file).text("/", "model_config")).bindings) {
    if (binding.weight.starts_with("moving_")) continue;
    const std::string part = binding.part.empty() ? "" : binding.part + "/";
    const StoredTensor& stored = arrays.at(group + "/grad/" + binding.layer + "/" + part + binding.weight);
    const std::vector<double> expected = values_of(reversed_axes(stored, stored.shape.size()));
    CAPTURE(binding.tensor);
    REQUIRE(static_cast<bool>(parameters.at(binding.tensor).grad()));
    const Tensor gradient = parameters.at(binding.tensor).grad().to(Device::cpu);
    REQUIRE(gradient.size() == static_cast<int64_t>(expected.size()));
    double error = 0, magnitude = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      error = std::max(error, std::abs(static_cast<double>(gradient.values()[i]) - expected[i]));
      magnitude = std::max(magnitude, std::abs(expected[i]));
    }
    if (is_zero(binding.tensor, train)) {
      CHECK(error <= (is_double ? 1e-15 : 1e-7));
      worst_zero = std::max(worst_zero, error);
    } else {
      CHECK(error <= (is_double ? 1e-8 : 1e-4) * magnitude);
      worst = std::max(worst, error / magnitude);
    }
    ++compared;
  }
  CHECK(compared == std::count_if(arrays.begin(), arrays.end(),
                                  [&](const auto& array) { return array.first.starts_with(group + "/grad/"); }));
  MESSAGE(name_of(device) << group << ": gradients within " << worst << " of their magnitude, zero ones within "
                          << worst_zero);
}

}  // namespace

TEST_CASE("golden: every activation of the model with 2 BiLSTM blocks") {
  check_activations("golden/eqt_2bilstm_weights.keras.h5", "golden/eqt_2bilstm_activations.h5");
}
TEST_CASE("golden: every activation of the model with 3 BiLSTM blocks and hard sigmoid gates") {
  check_activations("golden/eqt_3bilstm_weights.keras.h5", "golden/eqt_3bilstm_activations.h5");
}
TEST_CASE("golden: gradients of every parameter, moving averages in batch norm") {
  for (const Device device : devices()) check_gradients("bn_eval", false, device);
}
TEST_CASE("golden: gradients of every parameter, batch statistics in batch norm") {
  for (const Device device : devices()) check_gradients("bn_train", true, device);
}
