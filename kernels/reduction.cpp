#include "kernels/reduction.h"

#include <algorithm>
#include <vector>

#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

constexpr int64_t radix = 32;              // the header's order of summation
constexpr int64_t piece = 1 << 15;         // 32^3 rows for one task: a whole subtree of that order
constexpr int64_t columns_at_a_time = 64;  // partial sums that live on the stack, twice a level

// y[i] = sum of x[r stride + i] over r < R, for i < columns.
void add_up(const real* x, int64_t R, int64_t stride, int64_t columns, real* y) {
  if (columns == 1 && R <= radix) {  // in a register
    real total = 0;
    for (int64_t r = 0; r < R; ++r) total += x[r * stride];
    *y = total;
    return;
  }
  std::fill_n(y, columns, real(0));
  if (R <= radix) {
    for (int64_t r = 0; r < R; ++r)
      for (int64_t i = 0; i < columns; ++i) y[i] += x[r * stride + i];
    return;
  }
  int64_t span = radix;  // rows of one subtree: the largest power of 32 below R
  while (span * radix < R) span *= radix;
  for (int64_t r = 0; r < R; r += span) {
    real part[columns_at_a_time];
    add_up(x + r * stride, std::min(span, R - r), stride, columns, part);
    for (int64_t i = 0; i < columns; ++i) y[i] += part[i];
  }
}

}  // namespace

void sum(View<const real, 3> x, View<real, 2> y) {
  const int64_t O = x.extent[0], R = x.extent[1], I = x.extent[2], pieces = (R + piece - 1) / piece;
  if (pieces > 1) {  // the pieces' sums in parallel, then their sum: the same tree
    std::vector<real> parts(static_cast<size_t>(O * pieces * I));
    parallel_for(O * pieces, [&](int64_t task) {
      const int64_t o = task / pieces, r = task % pieces * piece;
      sum({x.data + (o * R + r) * I, {1, std::min(piece, R - r), I}}, {parts.data() + task * I, {1, I}});
    });
    return sum({parts.data(), {O, pieces, I}}, y);
  }
  const int64_t blocks = (I + columns_at_a_time - 1) / columns_at_a_time;
  parallel_for(O * blocks, [&](int64_t task) {
    const int64_t o = task / blocks, i = task % blocks * columns_at_a_time;
    add_up(x.data + o * R * I + i, R, I, std::min(columns_at_a_time, I - i), y.data + o * I + i);
  });
}

void sum_backward(View<const real, 2> dy, View<real, 3> dx) {
  const int64_t R = dx.extent[1], I = dx.extent[2], pieces = (R + piece - 1) / piece;
  parallel_for(dx.extent[0] * pieces, [&](int64_t task) {
    const int64_t o = task / pieces, begin = task % pieces * piece, end = std::min(begin + piece, R);
    const real* from = dy.data + o * I;
    real* to = dx.data + o * R * I;
    if (I == 1) std::fill(to + begin, to + end, *from);
    else
      for (int64_t r = begin; r < end; ++r) std::copy_n(from, I, to + r * I);
  });
}

}  // namespace SEISGRAD::cpu
