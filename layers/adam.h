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
      if (trainable) add(t);
    });
  }

  // One update of every parameter that has a gradient. Parameters without one stay as they are.
  void step();
  void set_rate(double rate) { options_.rate = rate; }

 private:
  struct Slot {
    Tensor parameter, m, v;
  };
  void add(const Tensor& parameter);

  AdamOptions options_;
  std::vector<Slot> slots_;
  int64_t steps_ = 0;
};

}  // namespace SEISGRAD
