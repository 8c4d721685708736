// classifier_bench WEIGHTS: our side of compare_classifier.py, driven by lines on stdin (bench/engine.h). Outputs are
// the logits (N,classes); labels a class's number for each window.
#include "autograd/tape.h"
#include "bench/engine.h"
#include "layers/adam.h"
#include "models/training.h"
#include "models/weights.h"

using namespace seisgrad;

namespace {

class Training {
 public:
  explicit Training(const PhaseClassifier& model) : model_(without_dropout(model)), adam_(model_, {.rate = 1e-4}) {}

  double step(const Tensor& x, const Tensor& labels) {
    std::vector<int32_t> classes;
    for (const real label : labels.values()) classes.push_back(static_cast<int32_t>(label));
    Tape tape;
    Pass pass;
    pass.train = true;
    const Tensor target = Tensor::from(labels.shape(), std::span<const int32_t>(classes));
    const Tensor total = add(cross_entropy(model_(x, pass), target), penalty(model_, 1e-4));
    tape.backward(total);
    adam_.step();
    return double(total.item());
  }

 private:
  PhaseClassifier model_;
  Adam adam_;
};

Engine load(const std::string& weights) {
  const auto model = std::make_shared<PhaseClassifier>(read_phase_classifier(weights).model);
  const auto training = std::make_shared<Training>(*model);
  return {.window = {model->config().components, model->config().samples},
          .infer = [=](const Tensor& x) { return std::vector<Tensor>{(*model)(x)}; },
          .labels_shape = [](int64_t windows) { return Shape{windows}; },
          .train = [=](const Tensor& x, const Tensor& labels) { return training->step(x, labels); }};
}

}  // namespace

int main(int argc, char** argv) { return run_engine(argc, argv, load); }
