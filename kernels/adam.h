// adam: one step of Adam (Kingma & Ba 2015, arXiv 1412.6980, the form with epsilon outside the bias correction, as
// Keras has it) on one parameter, in place:
//
//   m = beta1 m + (1 - beta1) g
//   v = beta2 v + (1 - beta2) g^2
//   p = p - rate sqrt(1 - beta2^t) / (1 - beta1^t)  m / (sqrt(v) + epsilon)        t = 1, 2, ...
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

struct AdamOptions {
  double rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
};

// REQUIRES: equal extents; step >= 1.
template <class T>
using AdamStepOf = void(View<const T, 1> gradient, AdamOptions options, int64_t step, View<T, 1> m, View<T, 1> v,
                        View<T, 1> p);
using AdamStep = AdamStepOf<real>;

namespace reference {
template <class T>
void adam_step(View<const T, 1> gradient, AdamOptions options, int64_t step, View<T, 1> m, View<T, 1> v, View<T, 1> p);
}  // namespace reference

namespace gpu {
[[gnu::weak]] extern AdamStep adam_step;
}  // namespace gpu

}  // namespace SEISGRAD
