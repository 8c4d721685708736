#include "kernels/conv1d.h"

namespace SEISGRAD::reference {

template <class T>
void conv1d(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, Convolution1d conv, View<T, 3> y) {
  const auto [N, O, M] = y.extent;
  const int64_t C = w.extent[1], K = w.extent[2], L = x.extent[2];
  for (int64_t n = 0; n < N; ++n)
    for (int64_t o = 0; o < O; ++o)
      for (int64_t m = 0; m < M; ++m) {
        T sum = bias.data ? bias(o) : T(0);
        for (int64_t c = 0; c < C; ++c)
          for (int64_t k = 0; k < K; ++k) {
            const int64_t l = m * conv.stride + k * conv.dilation - conv.left;
            sum += w(o, c, k) * (0 <= l && l < L ? x(n, c, l) : T(0));
          }
        y(n, o, m) = sum;
      }
}

template <class T>
void conv1d_backward_data(View<const T, 3> dy, View<const T, 3> w, Convolution1d conv, View<T, 3> dx) {
  const auto [N, O, M] = dy.extent;
  const int64_t C = w.extent[1], K = w.extent[2], L = dx.extent[2];
  for (int64_t i = 0; i < dx.size(); ++i) dx.data[i] = 0;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t o = 0; o < O; ++o)
      for (int64_t m = 0; m < M; ++m)
        for (int64_t c = 0; c < C; ++c)
          for (int64_t k = 0; k < K; ++k) {
            const int64_t l = m * conv.stride + k * conv.dilation - conv.left;
            if (0 <= l && l < L) dx(n, c, l) += w(o, c, k) * dy(n, o, m);
          }
}

template <class T>
void conv1d_backward_weight(View<const T, 3> dy, View<const T, 3> x, Convolution1d conv, View<T, 3> dw) {
  const auto [O, C, K] = dw.extent;
  const int64_t N = dy.extent[0], M = dy.extent[2], L = x.extent[2];
  for (int64_t o = 0; o < O; ++o)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t k = 0; k < K; ++k) {
        T sum = 0;
        for (int64_t n = 0; n < N; ++n)
          for (int64_t m = 0; m < M; ++m) {
            const int64_t l = m * conv.stride + k * conv.dilation - conv.left;
            if (0 <= l && l < L) sum += dy(n, o, m) * x(n, c, l);
          }
        dw(o, c, k) = sum;
      }
}

template <class T>
void conv1d_backward_bias(View<const T, 3> dy, View<T, 1> db) {
  const auto [N, O, M] = dy.extent;
  for (int64_t o = 0; o < O; ++o) {
    T sum = 0;
    for (int64_t n = 0; n < N; ++n)
      for (int64_t m = 0; m < M; ++m) sum += dy(n, o, m);
    db(o) = sum;
  }
}

template Conv1dOf<float> conv1d<float>;
template Conv1dOf<double> conv1d<double>;
template Conv1dBackwardDataOf<float> conv1d_backward_data<float>;
template Conv1dBackwardDataOf<double> conv1d_backward_data<double>;
template Conv1dBackwardWeightOf<float> conv1d_backward_weight<float>;
template Conv1dBackwardWeightOf<double> conv1d_backward_weight<double>;
template Conv1dBackwardBiasOf<float> conv1d_backward_bias<float>;
template Conv1dBackwardBiasOf<double> conv1d_backward_bias<double>;

}  // namespace SEISGRAD::reference
