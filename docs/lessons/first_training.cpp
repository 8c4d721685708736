// The core in twenty lines: a convolution learns the edge filter that made its targets (README.md has the command).
#include <cstdio>

#include "autograd/tape.h"
#include "layers/adam.h"
#include "layers/conv1d.h"
#include "layers/initialise.h"

int main() {
  using namespace seisgrad;
  const Conv1d truth{.in = 1, .out = 1, .kernel = 3}, model{.in = 1, .out = 1, .kernel = 3};
  truth.weight.copy_from(Tensor::from({1, 1, 3}, std::vector<real>{-1, 0, 1}));
  Tensor x({8, 1, 64});
  xavier_normal(x, {.seed = 1, .purpose = Purpose::initial_weights});
  const Tensor target = truth(x).detach();
  Adam adam(model, {.rate = 0.05});
  for (int step = 0; step <= 200; ++step) {
    Tape tape;
    const Tensor error = subtract(model(x), target), loss = mean(multiply(error, error));
    tape.backward(loss);
    adam.step();
    if (step % 50 == 0) std::printf("step %3d  loss %.2e\n", step, double(loss.item()));
  }
  const auto w = model.weight.values();
  std::printf("learned %.3f %.3f %.3f\n", double(w[0]), double(w[1]), double(w[2]));
  return mean(multiply(subtract(model(x), target), subtract(model(x), target))).item() < 1e-4f ? 0 : 1;
}
