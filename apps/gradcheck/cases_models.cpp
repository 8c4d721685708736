// Whole models, small ones: every parameter and the input, through all operators at once. Few activations, because each
// is a relu that a step of the finite difference may carry over its kink.
#include "apps/gradcheck/cases.h"
#include "models/eqtransformer.h"
#include "models/phase_classifier.h"

namespace SEISGRAD {
namespace {

// Random weights; variances positive.
template <class Model>
std::vector<Tensor> randomised(const Model& model, Random& random) {
  std::vector<Tensor> trainable;
  model.visit([&](const std::string& name, const Tensor& t, bool is_trainable) {
    const bool positive = name.ends_with("variance") || name.ends_with("gamma");
    t.copy_from(random.tensor(t.shape(), positive ? 0.5 : -0.7, positive ? 1.5 : 0.7));
    if (is_trainable) trainable.push_back(t);
  });
  return trainable;
}

GradcheckCase eqtransformer_case(Random& random) {
  const bool odd = random.coin();  // 26 samples become 13 and 7, and need a crop on the way back
  EQTransformerConfig config{.samples = odd ? 26 : 24,
                             .filters = {3, 4},
                             .kernels = {5, 3},
                             .residual_kernels = {3, 2},
                             .bilstm_blocks = random.integer(1, 2),
                             .lstm_units = 3,
                             .gate = random.coin() ? GateActivation::sigmoid : GateActivation::hard_sigmoid,
                             .attention_units = 4,
                             .feed_forward_units = 5,
                             .output_kernel = 3,
                             .crop = {.stage = odd ? 1 : 0, .left = odd ? 1 : 0, .right = 0},
                             .dropout = 0};
  const EQTransformer model(config);
  std::vector<Tensor> inputs = randomised(model, random);
  inputs.push_back(wanted(random.tensor({2, 3, config.samples})));
  const bool train = random.coin();
  return {[model, train](const std::vector<Tensor>& in) {
            const auto y = model(in.back(), {.train = train, .watch = {}});
            return add(add(y.detection, scale(y.p, 2)), scale(y.s, 3));
          },
          inputs, joined("x (2,3,", config.samples, "), batch_norm in ", train ? "training" : "evaluation")};
}

GradcheckCase phase_classifier_case(Random& random) {
  PhaseClassifierConfig config;
  config.samples = 8;
  config.channels = 2;
  config.most_channels = config.hidden = 4;
  config.kernel = 3;
  config.depth = random.integer(1, 3);
  config.residual = random.coin();
  config.dropout = 0;
  const PhaseClassifier model(config);
  std::vector<Tensor> inputs = randomised(model, random);
  inputs.push_back(wanted(random.tensor({2, 3, config.samples})));
  const bool train = random.coin();
  return {[model, train](const std::vector<Tensor>& in) { return model(in.back(), {.train = train, .watch = {}}); },
          inputs,
          joined("x (2,3,8), depth ", config.depth, config.residual ? ", residual" : "", ", batch_norm in ",
                 train ? "training" : "evaluation")};
}

}  // namespace

std::vector<NamedCase> model_cases() {
  return {{"eqtransformer", eqtransformer_case}, {"phase_classifier", phase_classifier_case}};
}

}  // namespace SEISGRAD
