#include <cmath>

#include "kernels/layer_norm.h"

namespace SEISGRAD::reference {
namespace {

// The mean of a row and 1 / sqrt(var + epsilon). Summed as differences from the first value, so that the mean of equal
// values is that value.
struct RowStatistics {
  double mean, inverse;

  template <class T>
  RowStatistics(const T* row, int64_t C, T epsilon) {
    double sum = 0, squares = 0;
    for (int64_t c = 0; c < C; ++c) sum += double(row[c]) - row[0];
    mean = row[0] + sum / static_cast<double>(C);
    for (int64_t c = 0; c < C; ++c) squares += (row[c] - mean) * (row[c] - mean);
    inverse = 1 / std::sqrt(squares / static_cast<double>(C) + epsilon);
  }
};

}  // namespace

template <class T>
void layer_norm(View<const T, 3> x, View<const T, 1> gamma, View<const T, 1> beta, T epsilon, View<T, 3> y) {
  const auto [N, S, C] = x.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < S; ++t) {
      const RowStatistics row(&x(n, t, 0), C, epsilon);
      for (int64_t c = 0; c < C; ++c)
        y(n, t, c) = static_cast<T>((x(n, t, c) - row.mean) * row.inverse * gamma(c) + beta(c));
    }
}

template <class T>
void layer_norm_backward(View<const T, 3> dy, View<const T, 3> x, View<const T, 1> gamma, T epsilon, View<T, 3> dx) {
  const auto [N, S, C] = x.extent;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < S; ++t) {
      const RowStatistics row(&x(n, t, 0), C, epsilon);
      double g = 0, gu = 0;
      for (int64_t c = 0; c < C; ++c) {
        g += dy(n, t, c) * gamma(c) / static_cast<double>(C);
        gu += dy(n, t, c) * gamma(c) * (x(n, t, c) - row.mean) * row.inverse / static_cast<double>(C);
      }
      for (int64_t c = 0; c < C; ++c) {
        const double u = (x(n, t, c) - row.mean) * row.inverse;
        dx(n, t, c) = static_cast<T>((dy(n, t, c) * gamma(c) - g - u * gu) * row.inverse);
      }
    }
}

template <class T>
void layer_norm_backward_parameters(View<const T, 3> dy, View<const T, 3> x, T epsilon, View<T, 1> dgamma,
                                    View<T, 1> dbeta) {
  const auto [N, S, C] = x.extent;
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, sum_u = 0;
    for (int64_t n = 0; n < N; ++n)
      for (int64_t t = 0; t < S; ++t) {
        const RowStatistics row(&x(n, t, 0), C, epsilon);
        sum += dy(n, t, c);
        sum_u += dy(n, t, c) * (x(n, t, c) - row.mean) * row.inverse;
      }
    dbeta(c) = static_cast<T>(sum);
    dgamma(c) = static_cast<T>(sum_u);
  }
}

template LayerNormOf<float> layer_norm<float>;
template LayerNormOf<double> layer_norm<double>;
template LayerNormBackwardOf<float> layer_norm_backward<float>;
template LayerNormBackwardOf<double> layer_norm_backward<double>;
template LayerNormBackwardParametersOf<float> layer_norm_backward_parameters<float>;
template LayerNormBackwardParametersOf<double> layer_norm_backward_parameters<double>;

}  // namespace SEISGRAD::reference
