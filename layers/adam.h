// Adam on all trainable tensors of a model (kernels/adam.h).
//
//     Adam optimiser(model, {.rate = 1e-3});
//     ... tape.backward(loss);
//     optimiser.step();            // uses and clears every grad()
#pragma once
#include <vector>

#include "kernels/adam.h"
#include "layers/visit.h"

namespace SEISGRAD {

class Adam {
 public:
  template <class Model>
  explicit Adam(const Model& model, AdamOptions options = {}) : options_(options) {
    model.visit([this](const std::string&, const Tensor& t, bool trainable) {
      if (trainable) parameters_.push_back(t);
    });
    make_moments();
  }

  // One update of every parameter that has a gradient. Parameters without one stay as they are.
  void step() {
    begin_step();
    update();
  }
  // The two halves: a recording (docs/devices.md) holds update() alone, and begin_step() comes before each replay. It
  // counts the step and puts its rate where update() reads it.
  void begin_step();
  void update();
  void set_rate(double rate) { options_.rate = rate; }

  // What a later run needs to go on bit for bit: the moments of all parameters, one after another in the model's order.
  struct State {
    Tensor m, v;
    int64_t steps = 0;
  };
  State state() const { return {m_.detach(), v_.detach(), steps_}; }
  void restore(const State& state);  // of a model of the same size, from any device

 private:
  void make_moments();

  AdamOptions options_;
  std::vector<Tensor> parameters_;
  Tensor m_, v_;  // of all parameters, one after another
  Tensor rate_;   // of this step, bias corrections included
  int64_t steps_ = 0;
};

}  // namespace SEISGRAD
