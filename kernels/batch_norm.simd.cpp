#include "kernels/batch_norm.simd.h"

#include "kernels/simd_sum.h"

namespace SEISGRAD::SIMD {

double channel_sum(const real* x, ChannelRows c) {
  Sum s;
  for (int64_t r = 0; r < c.rows; ++r)
    s.add(
        c.n, [](Wide v) { return v; }, x + r * c.stride);
  return s.total();
}

double channel_squares(const real* x, double mean, ChannelRows c) {
  Sum s;
  for (int64_t r = 0; r < c.rows; ++r)
    s.add(
        c.n, [=](Wide v) { return (v - mean) * (v - mean); }, x + r * c.stride);
  return s.total();
}

ChannelGradients channel_backward(const real* dy, const real* x, double mean, ChannelRows c) {
  Sum s, products;
  for (int64_t r = 0; r < c.rows; ++r) {
    const real* const d = dy + r * c.stride;
    s.add(
        c.n, [](Wide v) { return v; }, d);
    products.add(
        c.n, [=](Wide g, Wide v) { return g * (v - mean); }, d, x + r * c.stride);
  }
  return {s.total(), products.total()};
}

// at(i) computes the vector of results that starts at i. The last vector overlaps its neighbour, which costs less than
// a padded copy: rows here are short (47 in EQTransformer). REQUIRES: n >= width.
template <class F>
static void in_vectors(int64_t n, F at) {
  for (int64_t i = 0; i + width <= n; i += width) at(i);
  if (n % width) at(n - width);
}

void normalise_loop(const real* x, real mean, real scale, real shift, real* y, int64_t n) {
  const auto loop = [=](const real* from, real* to, int64_t count) {
    in_vectors(count, [=](int64_t i) { store(to + i, fma(load(from + i) - mean, splat(scale), splat(shift))); });
  };
  if (n >= width) return loop(x, y, n);
  real rest[width] = {}, result[width];
  for (int64_t k = 0; k < n; ++k) rest[k] = x[k];
  loop(rest, result, width);
  for (int64_t k = 0; k < n; ++k) y[k] = result[k];
}

void train_backward_loop(const real* dy, const real* x, real mean, real offset, real slope, real scale, real* dx,
                         int64_t n) {
  const auto loop = [=](const real* d, const real* v, real* to, int64_t count) {
    in_vectors(count,
               [=](int64_t i) { store(to + i, fma(load(v + i) - mean, splat(-slope), load(d + i) - offset) * scale); });
  };
  if (n >= width) return loop(dy, x, dx, n);
  real rest_dy[width] = {}, rest_x[width] = {}, result[width];
  for (int64_t k = 0; k < n; ++k) rest_dy[k] = dy[k], rest_x[k] = x[k];
  loop(rest_dy, rest_x, result, width);
  for (int64_t k = 0; k < n; ++k) dx[k] = result[k];
}

}  // namespace SEISGRAD::SIMD
