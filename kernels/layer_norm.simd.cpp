#include "kernels/layer_norm.simd.h"

#include "kernels/simd_sum.h"

namespace SEISGRAD::SIMD {
namespace {

struct RowStatistics {
  double mean, inverse;  // inverse: 1 / sqrt(var + epsilon)

  // Differences from the first value: the mean of equal values is then that value.
  RowStatistics(const real* x, int64_t C, double epsilon) {
    const double first = x[0], n = static_cast<double>(C);
    const double m = first + sum(
                                 C, [=](Wide v) { return v - first; }, x) /
                                 n;
    mean = m;
    inverse = 1 / __builtin_sqrt(sum(
                                     C, [=](Wide v) { return (v - m) * (v - m); }, x) /
                                     n +
                                 epsilon);
  }
};

}  // namespace

void layer_norm_row(const real* x, const real* gamma, const real* beta, double epsilon, real* y, int64_t C) {
  const RowStatistics row(x, C, epsilon);
  map_wide(
      C, y, [=](Wide v, Wide g, Wide b) { return (v - row.mean) * row.inverse * g + b; }, x, gamma, beta);
}

void layer_norm_backward_row(const real* dy, const real* x, const real* gamma, double epsilon, real* dx, int64_t C) {
  const RowStatistics row(x, C, epsilon);
  const double n = static_cast<double>(C);
  const double g = sum(
                       C, [](Wide d, Wide w) { return d * w; }, dy, gamma) /
                   n;
  const double gu = sum(
                        C, [=](Wide d, Wide v, Wide w) { return d * w * (v - row.mean); }, dy, x, gamma) /
                    n;
  const double slope = gu * row.inverse * row.inverse;
  map_wide(
      C, dx, [=](Wide d, Wide v, Wide w) { return (d * w - g - (v - row.mean) * slope) * row.inverse; }, dy, x, gamma);
}

void layer_norm_parameter_row(const real* dy, const real* x, double epsilon, double* sums, int64_t C) {
  const RowStatistics row(x, C, epsilon);
  for (int64_t c = 0; c < C; ++c) {
    const double d = dy[c];
    sums[c] += d;
    sums[C + c] += d * ((x[c] - row.mean) * row.inverse);
  }
}

}  // namespace SEISGRAD::SIMD
