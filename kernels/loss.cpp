// The reference loops over threads. A loss is the sum of those of chunks, which follow the number of elements alone.
#include "kernels/loss.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

constexpr int64_t loss_chunk = 1 << 13;  // elements: about 0.1 ms of logarithms

// The mean of term(v, t).
template <class F>
void mean_of(View<const real, 1> v, View<const real, 1> target, View<real, 1> loss, F term) {
  const int64_t n = v.size();
  std::vector<double> sums(static_cast<size_t>((n + loss_chunk - 1) / loss_chunk));
  parallel_for(static_cast<int64_t>(sums.size()), [&](int64_t c) {
    double sum = 0;
    for (int64_t i = c * loss_chunk; i < std::min(n, (c + 1) * loss_chunk); ++i) sum += term(v(i), target(i));
    sums[c] = sum;
  });
  double sum = 0;
  for (const double s : sums) sum += s;
  loss(0) = static_cast<real>(sum / static_cast<double>(n));
}

// dv = d/M slope(v, t)
template <class F>
void slopes(View<const real, 1> dloss, View<const real, 1> v, View<const real, 1> target, View<real, 1> dv, F slope) {
  const int64_t n = v.size();
  const double d = dloss(0) / static_cast<double>(n);
  parallel_for((n + loss_chunk - 1) / loss_chunk, [&](int64_t c) {
    for (int64_t i = c * loss_chunk; i < std::min(n, (c + 1) * loss_chunk); ++i)
      dv(i) = static_cast<real>(d * slope(v(i), target(i)));
  });
}

}  // namespace

void bce(View<const real, 1> v, View<const real, 1> target, View<real, 1> loss) {
  mean_of(v, target, loss, [](double p, double t) {
    const double q = p < bce_clip ? bce_clip : p > 1 - bce_clip ? 1 - bce_clip : p;
    // most labels are exactly 0 or 1, and need one logarithm
    return -((t == 0 ? 0 : t * std::log(q)) + (t == 1 ? 0 : (1 - t) * std::log(1 - q)));
  });
}

void bce_with_logits(View<const real, 1> v, View<const real, 1> target, View<real, 1> loss) {
  mean_of(v, target, loss,
          [](double z, double t) { return (z < 0 ? 0 : z) - z * t + std::log1p(std::exp(-std::abs(z))); });
}

void bce_backward(View<const real, 1> dloss, View<const real, 1> v, View<const real, 1> target, View<real, 1> dv) {
  slopes(dloss, v, target, dv,
         [](double p, double t) { return p < bce_clip || p > 1 - bce_clip ? 0 : (p - t) / (p * (1 - p)); });
}

void bce_with_logits_backward(View<const real, 1> dloss, View<const real, 1> v, View<const real, 1> target,
                              View<real, 1> dv) {
  slopes(dloss, v, target, dv, [](double z, double t) { return 1 / (1 + std::exp(-z)) - t; });
}

}  // namespace SEISGRAD::cpu
