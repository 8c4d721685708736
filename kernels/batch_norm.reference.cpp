#include <cmath>

#include "kernels/batch_norm.h"

namespace SEISGRAD::reference {

template <class T>
void batch_statistics(View<const T, 3> x, View<T, 1> mean, View<T, 1> var) {
  const auto [N, C, L] = x.extent;
  const double M = static_cast<double>(N * L);
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, squares = 0;
    for (int64_t n = 0; n < N; ++n)
      for (int64_t l = 0; l < L; ++l) sum += x(n, c, l);
    for (int64_t n = 0; n < N; ++n)
      for (int64_t l = 0; l < L; ++l) squares += (x(n, c, l) - sum / M) * (x(n, c, l) - sum / M);
    mean(c) = static_cast<T>(sum / M);
    var(c) = static_cast<T>(squares / M);
  }
}

template <class T>
void batch_norm(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, View<const T, 1> mean,
                View<const T, 1> var, T epsilon, View<T, 3> y) {
  const auto [N, C, L] = x.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t l = 0; l < L; ++l)
        y(n, c, l) = (x(n, c, l) - mean(c)) / std::sqrt(var(c) + epsilon) * gamma(c) + beta(c);
}

template <class T>
void batch_norm_backward_parameters(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> mean,
                                    View<const T, 1> var, T epsilon, View<T, 1> dgamma, View<T, 1> dbeta) {
  const auto [N, C, L] = x.extent;
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, sum_u = 0;
    for (int64_t n = 0; n < N; ++n)
      for (int64_t l = 0; l < L; ++l) {
        sum += dy(n, c, l);
        sum_u += dy(n, c, l) * (x(n, c, l) - mean(c)) / std::sqrt(var(c) + epsilon);
      }
    dbeta(c) = static_cast<T>(sum);
    dgamma(c) = static_cast<T>(sum_u);
  }
}

template <class T>
void batch_norm_eval_backward(View<const T, 3> dy, View<const T, 1> gamma, View<const T, 1> var, T epsilon,
                              View<T, 3> dx) {
  const auto [N, C, L] = dy.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t l = 0; l < L; ++l) dx(n, c, l) = dy(n, c, l) * gamma(c) / std::sqrt(var(c) + epsilon);
}

template <class T>
void batch_norm_train_backward(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> mean,
                               View<const T, 1> var, T epsilon, View<const T, 1> dgamma, View<const T, 1> dbeta,
                               View<T, 3> dx) {
  const auto [N, C, L] = dy.extent;
  const T M = static_cast<T>(N * L);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t l = 0; l < L; ++l) {
        const T deviation = std::sqrt(var(c) + epsilon), u = (x(n, c, l) - mean(c)) / deviation;
        dx(n, c, l) = (dy(n, c, l) - dbeta(c) / M - u * dgamma(c) / M) * gamma(c) / deviation;
      }
}

template BatchStatisticsOf<float> batch_statistics<float>;
template BatchStatisticsOf<double> batch_statistics<double>;
template BatchNormOf<float> batch_norm<float>;
template BatchNormOf<double> batch_norm<double>;
template BatchNormBackwardParametersOf<float> batch_norm_backward_parameters<float>;
template BatchNormBackwardParametersOf<double> batch_norm_backward_parameters<double>;
template BatchNormEvalBackwardOf<float> batch_norm_eval_backward<float>;
template BatchNormEvalBackwardOf<double> batch_norm_eval_backward<double>;
template BatchNormTrainBackwardOf<float> batch_norm_train_backward<float>;
template BatchNormTrainBackwardOf<double> batch_norm_train_backward<double>;

}  // namespace SEISGRAD::reference
