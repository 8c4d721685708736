#include "kernels/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/batch_norm.simd.h"
#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

ChannelRows channel_rows(View<const real, 3> x) { return {x.extent[0], x.extent[1] * x.extent[2], x.extent[2]}; }

double inverse_deviation(real var, real epsilon) { return 1 / std::sqrt(double(var) + double(epsilon)); }

// body(c, begin) for every row x[n,c,:], with the position of its first value.
void for_rows(View<const real, 3> x, const std::function<void(int64_t c, int64_t begin)>& body) {
  constexpr int64_t values = 1 << 15;  // for one task, well inside L2
  const int64_t C = x.extent[1], L = x.extent[2], rows = x.extent[0] * C;
  const int64_t chunk = std::max<int64_t>(1, values / std::max<int64_t>(L, 1));
  parallel_for((rows + chunk - 1) / chunk, [&](int64_t i) {
    for (int64_t row = i * chunk; row < std::min(rows, (i + 1) * chunk); ++row) body(row % C, row * L);
  });
}

}  // namespace

void batch_statistics(View<const real, 3> x, View<real, 1> mean, View<real, 1> var) {
  const ChannelRows rows = channel_rows(x);
  const double M = static_cast<double>(rows.rows * rows.n);
  parallel_for(x.extent[1], [&](int64_t c) {
    const real* channel = x.data + c * rows.n;
    const double m = SIMD_BEST(channel_sum)(channel, rows) / M;
    mean(c) = static_cast<real>(m);
    var(c) = static_cast<real>(SIMD_BEST(channel_squares)(channel, m, rows) / M);
  });
}

void batch_norm(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta, View<const real, 1> mean,
                View<const real, 1> var, real epsilon, View<real, 3> y) {
  NormaliseLoop* const loop = SIMD_BEST(normalise_loop);
  for_rows(x, [&](int64_t c, int64_t i) {
    const real scale = static_cast<real>(gamma(c) * inverse_deviation(var(c), epsilon));
    loop(x.data + i, mean(c), scale, beta(c), y.data + i, x.extent[2]);
  });
}

void batch_norm_backward_parameters(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> mean,
                                    View<const real, 1> var, real epsilon, View<real, 1> dgamma, View<real, 1> dbeta) {
  const ChannelRows rows = channel_rows(x);
  parallel_for(x.extent[1], [&](int64_t c) {
    const ChannelGradients g = SIMD_BEST(channel_backward)(dy.data + c * rows.n, x.data + c * rows.n, mean(c), rows);
    dbeta(c) = static_cast<real>(g.sum);
    dgamma(c) = static_cast<real>(g.products * inverse_deviation(var(c), epsilon));
  });
}

void batch_norm_eval_backward(View<const real, 3> dy, View<const real, 1> gamma, View<const real, 1> var, real epsilon,
                              View<real, 3> dx) {
  NormaliseLoop* const loop = SIMD_BEST(normalise_loop);
  for_rows(dy, [&](int64_t c, int64_t i) {
    const real scale = static_cast<real>(gamma(c) * inverse_deviation(var(c), epsilon));
    loop(dy.data + i, 0, scale, 0, dx.data + i, dy.extent[2]);
  });
}

void batch_norm_train_backward(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma,
                               View<const real, 1> mean, View<const real, 1> var, real epsilon,
                               View<const real, 1> dgamma, View<const real, 1> dbeta, View<real, 3> dx) {
  TrainBackwardLoop* const loop = SIMD_BEST(train_backward_loop);
  const double M = static_cast<double>(x.extent[0] * x.extent[2]);
  for_rows(x, [&](int64_t c, int64_t i) {
    const double inverse = inverse_deviation(var(c), epsilon);
    loop(dy.data + i, x.data + i, mean(c), static_cast<real>(dbeta(c) / M), static_cast<real>(dgamma(c) / M * inverse),
         static_cast<real>(gamma(c) * inverse), dx.data + i, x.extent[2]);
  });
}

}  // namespace SEISGRAD::cpu
