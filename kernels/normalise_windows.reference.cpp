#include "kernels/normalise_windows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace SEISGRAD::reference {
namespace {

template <class T>
void divide(T* x, int64_t n, double divisor) {
  if (divisor == 0) return;
  for (int64_t l = 0; l < n; ++l) x[l] = static_cast<T>(x[l] / divisor);
}

// Writes x - mean and returns the sum of its squares.
template <class T>
double centre(const T* x, int64_t n, T* y) {
  double sum = 0, squares = 0;
  for (int64_t l = 0; l < n; ++l) sum += x[l];
  const double mean = sum / static_cast<double>(n);
  for (int64_t l = 0; l < n; ++l) {
    y[l] = static_cast<T>(x[l] - mean);
    squares += double(y[l]) * y[l];
  }
  return squares;
}

template <class T>
void taper_ends(T* x, int64_t n, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const T factor = static_cast<T>(0.5 * (1 - std::cos(std::numbers::pi * double(i) / double(count))));
    x[i] *= factor;
    x[n - 1 - i] *= factor;
  }
}

}  // namespace

template <class T>
void normalise_windows(View<const T, 3> x, WindowOptions options, View<T, 3> y) {
  const auto [N, C, L] = x.extent;
  const int64_t filled = options.filled;
  for (int64_t n = 0; n < N; ++n) {
    double joint = 0;
    for (int64_t c = 0; c < C; ++c) {
      T* const to = &y(n, c, 0);
      const double squares = centre(&x(n, c, 0), filled, to);
      joint += squares;
      if (options.scale == WindowScale::std_per_channel) divide(to, filled, std::sqrt(squares / double(filled)));
      if (options.scale == WindowScale::max_per_channel) divide(to, filled, double(*std::max_element(to, to + filled)));
      std::fill(to + filled, to + L, T(0));
    }
    for (int64_t c = 0; c < C; ++c) {
      if (options.scale == WindowScale::std_joint && C * filled > 1)
        divide(&y(n, c, 0), filled, std::sqrt(joint / double(C * filled - 1)));
      taper_ends(&y(n, c, 0), filled, options.tapered());
    }
  }
}

template NormaliseWindowsOf<float> normalise_windows<float>;
template NormaliseWindowsOf<double> normalise_windows<double>;

}  // namespace SEISGRAD::reference
