#include "kernels/adam.h"

#include <cmath>

namespace SEISGRAD::reference {

template <class T>
void adam_step(View<const T, 1> gradient, AdamOptions o, int64_t step, View<T, 1> m, View<T, 1> v, View<T, 1> p) {
  const double t = static_cast<double>(step);
  const T beta1 = static_cast<T>(o.beta1), beta2 = static_cast<T>(o.beta2), epsilon = static_cast<T>(o.epsilon);
  const T rate = static_cast<T>(o.rate * std::sqrt(1 - std::pow(o.beta2, t)) / (1 - std::pow(o.beta1, t)));
  for (int64_t i = 0; i < p.size(); ++i) {
    const T g = gradient(i);
    m(i) = beta1 * m(i) + (1 - beta1) * g;
    v(i) = beta2 * v(i) + (1 - beta2) * g * g;
    p(i) -= rate * m(i) / (std::sqrt(v(i)) + epsilon);
  }
}

template AdamStepOf<float> adam_step<float>;
template AdamStepOf<double> adam_step<double>;

}  // namespace SEISGRAD::reference
