// Models whose layers are fused give what they give under a watcher, which sees every layer's result.
#include <doctest/doctest.h>

#include "models/eqtransformer.h"
#include "models/phase_classifier.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

constexpr double tolerance = sizeof(real) == 4 ? 1e-5 : 1e-13;  // of values of order 1, after a dozen layers

// Small weights and norms that do something.
void randomise(const auto& model, Random& random) {
  model.visit([&](const std::string& name, const Tensor& t, bool) {
    const double reach = name.ends_with("weight") ? 2 / std::sqrt(double(t.size() / t.shape()[0])) : 0.5;
    t.copy_from(name.ends_with("gamma") || name.ends_with("variance") ? random.tensor(t.shape(), 0.5, 1.5)
                                                                      : random.tensor(t.shape(), -reach, reach));
  });
}

Pass watched(int& seen) {
  Pass pass;
  pass.watch = [&seen](const std::string&, const Tensor&) { ++seen; };
  return pass;
}

std::vector<double> values(const Tensor& t) { return {t.values().begin(), t.values().end()}; }

}  // namespace

TEST_CASE("PhaseClassifier: fused as layer by layer") {
  for (const bool residual : {false, true})
    for (const ClassifierHead head : {ClassifierHead::flatten, ClassifierHead::gap}) {
      Random random(residual + 10);
      const PhaseClassifier model({.samples = 203, .depth = 3, .residual = residual, .channels = 5, .head = head});
      randomise(model, random);
      const Tensor x = random.tensor({3, 3, 203});
      int seen = 0;
      const Tensor expected = model(x, watched(seen));
      CHECK(seen >= 4);
      check_agrees("logits", model(x), values(expected), tolerance);
    }
}

TEST_CASE("EQTransformer: fused as layer by layer") {
  // 94 -> 47 -> 24 -> 12 and back: 24 -> 48 - 1 = 47 -> 94, a crop that cuts a pair
  for (const EQTransformerConfig::Crop crop : {EQTransformerConfig::Crop{2, 1, 0}, {2, 0, 1}}) {
    const EQTransformer model({.samples = 94,
                               .filters = {5, 6, 7},
                               .kernels = {5, 4, 7},
                               .residual_kernels = {3, 2},
                               .lstm_units = 4,
                               .output_kernel = 11,
                               .crop = crop});
    Random random(7);
    randomise(model, random);
    const Tensor x = random.tensor({2, 3, 94});
    int seen = 0;
    const EQTransformer::Output expected = model(x, watched(seen)), fused = model(x);
    CHECK(seen > 20);
    check_agrees("detection", fused.detection, values(expected.detection), tolerance);
    check_agrees("p", fused.p, values(expected.p), tolerance);
    check_agrees("s", fused.s, values(expected.s), tolerance);
    // under a tape the parameters get their gradients
    Tape tape;
    tape.backward(sum(model(x).p));
    model.visit([&](const std::string& name, const Tensor& t, bool trainable) {
      if (trainable && !name.starts_with("s.") && !name.starts_with("detection.")) CHECK_MESSAGE(t.grad(), name);
    });
  }
}
