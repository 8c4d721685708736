#include "kernels/adam.h"

namespace SEISGRAD::reference {

template <class T>
void adam_step(std::span<const AdamParameterOf<T>> parameters, AdamOptions options, View<const T, 1> rate, View<T, 1> m,
               View<T, 1> v) {
  const AdamFactors<T> f(options);
  for (size_t k = 0; k < parameters.size(); ++k) {
    const auto [gradient, p, begin] = parameters[k];
    const int64_t end = k + 1 < parameters.size() ? parameters[k + 1].begin : m.size();
    for (int64_t i = begin; gradient && i < end; ++i) {
      const T g = gradient[i - begin];
      m(i) = f.beta1 * m(i) + (1 - f.beta1) * g;
      v(i) = f.beta2 * v(i) + (1 - f.beta2) * g * g;
      p[i - begin] -= rate(0) * m(i) / (std::sqrt(v(i)) + f.epsilon);
    }
  }
}

template AdamStepOf<float> adam_step<float>;
template AdamStepOf<double> adam_step<double>;

}  // namespace SEISGRAD::reference
