// adam: one step of Adam (Kingma & Ba 2015, arXiv 1412.6980, the form with epsilon outside the bias correction, as
// Keras has it) on all parameters of a model, in place:
//
//   m = beta1 m + (1 - beta1) g
//   v = beta2 v + (1 - beta2) g^2
//   p = p - r m / (sqrt(v) + epsilon)     r = rate sqrt(1 - beta2^t) / (1 - beta1^t)     t = 1, 2, ...
//
// r stands in memory: arguments stay in a recording (kernels/device.h) what they were, and each replay is another t.
// Every device gives the same bits. The moments of all parameters stand one after another in m and v.
#pragma once
#include <cmath>
#include <span>

#include "kernels/view.h"

namespace SEISGRAD {

struct AdamOptions {
  double rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
};

template <class T>
struct AdamParameterOf {
  const T* gradient;  // null: this parameter and its moments stay as they are
  T* p;
  int64_t begin;  // of its moments in m and v; they end where those of the next parameter begin
};
using AdamParameter = AdamParameterOf<real>;

// r of step t >= 1, computed on the host, so that every device has the same.
inline double adam_rate(AdamOptions o, int64_t t) {
  return o.rate * std::sqrt(1 - std::pow(o.beta2, double(t))) / (1 - std::pow(o.beta1, double(t)));
}

// The other options as the step's formulas use them.
template <class T>
struct AdamFactors {
  T beta1, beta2, epsilon;

  explicit AdamFactors(AdamOptions o)
      : beta1(static_cast<T>(o.beta1)), beta2(static_cast<T>(o.beta2)), epsilon(static_cast<T>(o.epsilon)) {}
};

// REQUIRES: begin is 0 for the first parameter and grows by the size of each; m and v have the size of all; rate holds
// r alone, and options.rate is not read.
template <class T>
using AdamStepOf = void(std::span<const AdamParameterOf<T>> parameters, AdamOptions options, View<const T, 1> rate,
                        View<T, 1> m, View<T, 1> v);
using AdamStep = AdamStepOf<real>;

namespace reference {
template <class T>
void adam_step(std::span<const AdamParameterOf<T>> parameters, AdamOptions options, View<const T, 1> rate, View<T, 1> m,
               View<T, 1> v);
}  // namespace reference

namespace gpu {
[[gnu::weak]] extern AdamStep adam_step;
}  // namespace gpu

}  // namespace SEISGRAD
