// Sums and maps in double over arrays of `real`, for *.simd.cpp only. A sum has sixteen partial sums at every level,
// folded in one order, and no fused operation, so every instruction set gives the same bits.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD::SIMD {

typedef double Wide __attribute__((vector_size(vector_bytes)));
constexpr int wide = vector_bytes / sizeof(double);  // values in a Wide
typedef real Narrow __attribute__((vector_size(wide * sizeof(real))));
constexpr int lanes = 16, pieces = lanes / wide;

inline Wide widened(const real* p) {
  Narrow v;
  __builtin_memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, Wide);
}
inline void store_narrowed(real* p, Wide v) {
  const Narrow n = __builtin_convertvector(v, Narrow);
  __builtin_memcpy(p, &n, sizeof n);
}

// The last values of an array, fewer than `lanes`, followed by zeros.
struct Padded {
  real values[lanes] = {};
  Padded(const real* p, int64_t n) {
    for (int64_t k = 0; k < n; ++k) values[k] = p[k];
  }
};

// The sum of term(Wide...) over the values of arrays of n values; add() may follow add().
struct Sum {
  Wide part[pieces] = {};

  template <class F, class... Arrays>
  void add(int64_t n, F term, Arrays... arrays) {
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
      for (int p = 0; p < pieces; ++p) part[p] += term(widened(arrays + i + p * wide)...);
    if (i < n) add_rest(n - i, term, Padded(arrays + i, n - i)...);
  }
  // The terms past the n-th are left out, not taken as zero: they need not be finite.
  template <class F, class... Rests>
  void add_rest(int64_t n, F term, const Rests&... rests) {
    for (int p = 0; p < pieces; ++p) {
      const Wide t = term(widened(rests.values + p * wide)...);
      Wide index = {};
      for (int k = 0; k < wide; ++k) index[k] = p * wide + k;
      part[p] += index < static_cast<double>(n) ? t : Wide{};
    }
  }
  double total() const {
    double s[lanes];
    __builtin_memcpy(s, part, sizeof part);
    for (int half = lanes / 2; half > 0; half /= 2)
      for (int k = 0; k < half; ++k) s[k] += s[k + half];
    return s[0];
  }
};

template <class F, class... Arrays>
inline double sum(int64_t n, F term, Arrays... arrays) {
  Sum s;
  s.add(n, term, arrays...);
  return s.total();
}

// y = f(Wide...) of the values of arrays of n values.
template <class F, class... Arrays>
inline void map_wide(int64_t n, real* y, F f, Arrays... arrays) {
  int64_t i = 0;
  for (; i + wide <= n; i += wide) store_narrowed(y + i, f(widened(arrays + i)...));
  if (i == n) return;
  real rest[wide];
  const auto of_rests = [&](const auto&... rests) { store_narrowed(rest, f(widened(rests.values)...)); };
  of_rests(Padded(arrays + i, n - i)...);
  for (int64_t k = i; k < n; ++k) y[k] = rest[k - i];
}

}  // namespace SEISGRAD::SIMD
