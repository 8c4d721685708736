// Twenty steps of Adam follow PyTorch's (tests/golden/make_training.py recorded them): losses of the full
// EQTransformer.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/model/hdf5.h"
#include "apps/model/keras.h"
#include "autograd/tape.h"
#include "layers/adam.h"
#include "models/training.h"
#include "models/weights.h"
#include "tests/shared.h"

using namespace seisgrad;

namespace {

constexpr bool is_double = sizeof(real) == 8;

std::vector<double> recorded(const std::string& name) {
  std::ifstream file(joined(GOLDEN_FOLDER, "/training.json"));
  return nlohmann::json::parse(file).at(name).get<std::vector<double>>();
}

// make_training.py has the same formula.
std::vector<real> values_of_stream(uint64_t stream, int64_t count) {
  std::vector<real> values;
  for (uint64_t i = 0; i < static_cast<uint64_t>(count); ++i) {
    uint64_t z = ((stream << 32) + i) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    values.push_back(static_cast<real>(static_cast<double>(z >> 11) * 0x1p-52 - 1));
  }
  return values;
}

struct Start {
  EQTransformer model;
  Tensor x;
  EQTransformer::Output target;
};

Start fresh_start() {
  EQTransformerConfig config;
  config.dropout = 0;
  EQTransformer model(config);
  uint64_t stream = 0;
  model.visit([&](const std::string& name, const Tensor& t, bool trainable) {
    if (!trainable) return;
    std::vector<real> v = values_of_stream(stream++, t.size());
    const Shape& s = t.shape();
    const bool score = name.ends_with("attention.score");
    double scale = 0.01;
    if (name.ends_with("gamma")) scale = 0.1;
    else if (score) scale = std::sqrt(6 / static_cast<double>(1 + t.size()));
    else if (s.rank() >= 2) scale = std::sqrt(6 / static_cast<double>((s[0] + s[1]) * (s.rank() == 3 ? s[2] : 1)));
    for (real& x : v) x = static_cast<real>(x * scale) + (name.ends_with("gamma") ? 1 : 0);
    t.copy_from(Tensor::from(s, std::span<const real>(v)));
  });
  const int64_t batch = 2, n = config.samples;
  const Tensor x = Tensor::from({batch, 3, n}, std::span<const real>(values_of_stream(1000, batch * 3 * n)));
  std::vector<real> y = values_of_stream(1001, 3 * batch * n);
  for (real& v : y) v = (v + 1) / 2;
  const auto row = [&](size_t k) {
    const auto size = static_cast<size_t>(batch * n);
    return Tensor::from({batch, n}, std::span<const real>(y).subspan(k * size, size));
  };
  return {std::move(model), x, {row(0), row(1), row(2)}};
}

Tensor tensor_of(const StoredTensor& stored, const Shape& shape) {
  const std::vector<double> values = values_of(stored);
  return Tensor::from(shape, std::span<const real>(std::vector<real>(values.begin(), values.end())));
}

std::optional<Start> golden_start() {
  const auto weights = shared_path("golden/eqt_2bilstm_weights.keras.h5");
  const auto data = shared_path("golden/eqt_2bilstm_gradients.h5");
  if (!weights || !data) return {};
  const EQTransformer source = unpack_eqtransformer(decode(encode(import_keras(*weights)), *weights), *weights).model;
  EQTransformerConfig config = source.config();
  config.dropout = 0;
  EQTransformer model(config);
  std::vector<Tensor> tensors;
  source.visit([&](const std::string&, const Tensor& t, bool) { tensors.push_back(t); });
  size_t i = 0;
  model.visit([&](const std::string&, const Tensor& t, bool) { t.copy_from(tensors[i++]); });
  std::map<std::string, StoredTensor> arrays;
  for (StoredTensor& t : Hdf5File(*data).arrays()) arrays[t.name] = t;
  return Start{std::move(model),
               transpose(tensor_of(arrays.at("input"), {4, 6000, 3})),
               {tensor_of(arrays.at("yD"), {4, 6000}), tensor_of(arrays.at("yP"), {4, 6000}),
                tensor_of(arrays.at("yS"), {4, 6000})}};
}

void check_follows(const Start& start, const std::string& name, double rate, double tolerance) {
  const std::vector<double> expected = recorded(name);
  Adam adam(start.model, {.rate = rate});
  double worst = 0;
  for (size_t step = 0; step < expected.size(); ++step) {
    Tape tape;
    Pass pass;
    pass.train = true;
    const Tensor total =
        add(clipped_loss(start.model(start.x, pass), start.target).total, penalty(start.model, 1e-6, 1e-4));
    const double error = std::abs(double(total.item()) - expected[step]);
    CAPTURE(step);
    CHECK(error <= tolerance);
    worst = std::max(worst, error);
    tape.backward(total);
    adam.step();
  }
  MESSAGE(name << ": losses within " << worst);
}

}  // namespace

TEST_CASE("oracle: twenty steps from fresh weights, 1e-3") {
  if (is_double) check_follows(fresh_start(), "fresh 1e-3", 1e-3, 1e-8);
}
TEST_CASE("oracle: the loss of logits is that of probabilities where none is clipped, gradients too") {
  const Start start = fresh_start();
  std::vector<std::vector<double>> gradients[2];
  double losses[2];
  for (const int k : {0, 1}) {
    Tape tape;
    const Tensor total = k == 0 ? clipped_loss(start.model(start.x), start.target).total
                                : loss(start.model.logits(start.x), start.target).total;
    tape.backward(total);
    losses[k] = double(total.item());
    start.model.visit([&](const std::string&, const Tensor& t, bool trainable) {
      if (!trainable) return;
      gradients[k].emplace_back(t.grad().values().begin(), t.grad().values().end());
      t.set_grad({});
    });
  }
  CHECK(losses[1] == doctest::Approx(losses[0]).epsilon(1e-6));
  for (size_t i = 0; i < gradients[0].size(); ++i)
    for (size_t j = 0; j < gradients[0][i].size(); ++j)
      CHECK(std::abs(gradients[0][i][j] - gradients[1][i][j]) <= (is_double ? 1e-12 : 1e-5));
  const Tensor z = Tensor::full({1, 4}, -40), one = Tensor::full({1, 4}, 1);  // alive where the other is not
  z.set_requires_grad();
  Tape tape;
  tape.backward(loss({z, z, z}, {one, one, one}).total);
  CHECK(double(z.grad().values()[0]) == doctest::Approx(-0.25));
}
TEST_CASE("oracle: twenty steps from golden weights") {
  const std::optional<Start> start = golden_start();
  if (!start) return;
  if (is_double) check_follows(*start, "golden 1e-3", 1e-3, 1e-8);
  else check_follows(*start, "golden 1e-4", 1e-4, 1e-5);
}
