#include "kernels/loss.h"

#include <algorithm>
#include <cmath>

namespace SEISGRAD::reference {

template <class T>
void bce(View<const T, 1> v, View<const T, 1> target, View<T, 1> loss) {
  double sum = 0;
  for (int64_t i = 0; i < v.size(); ++i) {
    const double t = target(i), p = v(i);
    const double q = p < bce_clip ? bce_clip : p > 1 - bce_clip ? 1 - bce_clip : p;  // a NaN stays one
    sum -= t * std::log(q) + (1 - t) * std::log(1 - q);
  }
  loss(0) = static_cast<T>(sum / static_cast<double>(v.size()));
}

template <class T>
void bce_with_logits(View<const T, 1> v, View<const T, 1> target, View<T, 1> loss) {
  double sum = 0;
  for (int64_t i = 0; i < v.size(); ++i) {
    const double t = target(i), z = v(i);
    sum += (z < 0 ? 0 : z) - z * t + std::log1p(std::exp(-std::abs(z)));
  }
  loss(0) = static_cast<T>(sum / static_cast<double>(v.size()));
}

// The largest of a row and the logarithm of the sum of e^(z - largest).
template <class T>
static std::pair<double, double> log_sum_exp(View<const T, 2> z, int64_t n) {
  double largest = z(n, 0), sum = 0;
  for (int64_t k = 1; k < z.extent[1]; ++k) largest = std::max(largest, double(z(n, k)));
  for (int64_t k = 0; k < z.extent[1]; ++k) sum += std::exp(z(n, k) - largest);
  return {largest, std::log(sum)};
}

template <class T>
void cross_entropy(View<const T, 2> logits, View<const int32_t, 1> label, View<T, 1> loss) {
  double sum = 0;
  for (int64_t n = 0; n < logits.extent[0]; ++n) {
    const auto [largest, log_sum] = log_sum_exp(logits, n);
    sum += log_sum - (logits(n, label(n)) - largest);
  }
  loss(0) = static_cast<T>(sum / static_cast<double>(logits.extent[0]));
}

template <class T>
void bce_backward(View<const T, 1> dloss, View<const T, 1> v, View<const T, 1> target, View<T, 1> dv) {
  const double d = dloss(0) / static_cast<double>(v.size());
  for (int64_t i = 0; i < v.size(); ++i) {
    const double t = target(i), p = v(i);
    const bool clipped = p < bce_clip || p > 1 - bce_clip;
    dv(i) = clipped ? T(0) : static_cast<T>(d * (p - t) / (p * (1 - p)));
  }
}

template <class T>
void bce_with_logits_backward(View<const T, 1> dloss, View<const T, 1> v, View<const T, 1> target, View<T, 1> dv) {
  const double d = dloss(0) / static_cast<double>(v.size());
  for (int64_t i = 0; i < v.size(); ++i) dv(i) = static_cast<T>(d * (1 / (1 + std::exp(-double(v(i)))) - target(i)));
}

template <class T>
void cross_entropy_backward(View<const T, 1> dloss, View<const T, 2> logits, View<const int32_t, 1> label,
                            View<T, 2> dlogits) {
  const auto [N, K] = logits.extent;
  const double d = dloss(0) / static_cast<double>(N);
  for (int64_t n = 0; n < N; ++n) {
    const auto [largest, log_sum] = log_sum_exp(logits, n);
    for (int64_t k = 0; k < K; ++k)
      dlogits(n, k) = static_cast<T>(d * (std::exp(logits(n, k) - largest - log_sum) - (k == label(n))));
  }
}

template BinaryLossOf<float> bce<float>;
template BinaryLossOf<double> bce<double>;
template BinaryLossOf<float> bce_with_logits<float>;
template BinaryLossOf<double> bce_with_logits<double>;
template CrossEntropyOf<float> cross_entropy<float>;
template CrossEntropyOf<double> cross_entropy<double>;
template BinaryLossBackwardOf<float> bce_backward<float>;
template BinaryLossBackwardOf<double> bce_backward<double>;
template BinaryLossBackwardOf<float> bce_with_logits_backward<float>;
template BinaryLossBackwardOf<double> bce_with_logits_backward<double>;
template CrossEntropyBackwardOf<float> cross_entropy_backward<float>;
template CrossEntropyBackwardOf<double> cross_entropy_backward<double>;

}  // namespace SEISGRAD::reference
