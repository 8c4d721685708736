#include "kernels/penalty.h"

#include <cmath>

namespace SEISGRAD::reference {

template <class T>
void l1_penalty(View<const T, 1> w, View<T, 1> sum) {
  double s = 0;
  for (int64_t i = 0; i < w.size(); ++i) s += std::abs(double(w(i)));
  sum(0) = static_cast<T>(s);
}

template <class T>
void l2_penalty(View<const T, 1> w, View<T, 1> sum) {
  double s = 0;
  for (int64_t i = 0; i < w.size(); ++i) s += double(w(i)) * double(w(i));
  sum(0) = static_cast<T>(s);
}

template <class T>
void l1_penalty_backward(View<const T, 1> dsum, View<const T, 1> w, View<T, 1> dw) {
  for (int64_t i = 0; i < w.size(); ++i) dw(i) = w(i) > 0 ? dsum(0) : w(i) < 0 ? -dsum(0) : T(0);
}

template <class T>
void l2_penalty_backward(View<const T, 1> dsum, View<const T, 1> w, View<T, 1> dw) {
  for (int64_t i = 0; i < w.size(); ++i) dw(i) = 2 * dsum(0) * w(i);
}

template PenaltyOf<float> l1_penalty<float>;
template PenaltyOf<double> l1_penalty<double>;
template PenaltyOf<float> l2_penalty<float>;
template PenaltyOf<double> l2_penalty<double>;
template PenaltyBackwardOf<float> l1_penalty_backward<float>;
template PenaltyBackwardOf<double> l1_penalty_backward<double>;
template PenaltyBackwardOf<float> l2_penalty_backward<float>;
template PenaltyBackwardOf<double> l2_penalty_backward<double>;

}  // namespace SEISGRAD::reference
