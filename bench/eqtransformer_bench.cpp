// eqtransformer_bench WEIGHTS: our side of compare_inference.py and compare_training.py, driven by lines on stdin
// (bench/engine.h). Outputs are detection, p and s, each (N,samples); labels likewise.
#include "autograd/tape.h"
#include "bench/engine.h"
#include "layers/adam.h"
#include "models/training.h"
#include "models/weights.h"

using namespace seisgrad;

namespace {

class Training {
 public:
  explicit Training(const EQTransformer& model) : model_(without_dropout(model)), adam_(model_, {.rate = 1e-4}) {}

  double step(const Tensor& x, const EQTransformer::Output& labels) {
    Tape tape;
    Pass pass;
    pass.train = true;
    const Tensor total = add(clipped_loss(model_(x, pass), labels).total, penalty(model_, 1e-6, 1e-4));
    tape.backward(total);
    adam_.step();
    return double(total.item());
  }

 private:
  EQTransformer model_;
  Adam adam_;
};

// Row i of (3,N,samples).
Tensor part(const Tensor& labels, int64_t i) {
  const Shape shape{labels.shape()[1], labels.shape()[2]};
  return Tensor::from(shape, labels.values().subspan(i * shape.size(), shape.size()));
}

Engine load(const std::string& weights) {
  const auto model = std::make_shared<EQTransformer>(read_eqtransformer(weights).model);
  const auto training = std::make_shared<Training>(*model);
  const int64_t samples = model->config().samples;
  return {.window = {model->config().components, samples},
          .infer =
              [=](const Tensor& x) {
                const EQTransformer::Output y = (*model)(x);
                return std::vector<Tensor>{y.detection, y.p, y.s};
              },
          .labels_shape =
              [=](int64_t windows) {
                return Shape{3, windows, samples};
              },
          .train =
              [=](const Tensor& x, const Tensor& labels) {
                return training->step(x, {part(labels, 0), part(labels, 1), part(labels, 2)});
              }};
}

}  // namespace

int main(int argc, char** argv) { return run_engine(argc, argv, load); }
