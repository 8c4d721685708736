// exp, tanh and sigmoid on vectors, for *.simd.cpp only. float: within 1.25 (exp) and 2.5 (tanh, sigmoid) units in the
// last place of the exact value, on every level (tests/simd_math_test.cpp); NaN in, NaN out; exp overflows to infinity
// and underflows through the denormals to zero.
// double: the C library lane by lane, since that build exists for checks, not for speed.
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD::SIMD {

// The values of f on each lane of x.
template <class F>
inline Vec by_lane(Vec x, F f) {
  for (int i = 0; i < width; ++i) x[i] = f(x[i]);
  return x;
}

#ifdef SEISGRAD_DOUBLE

inline Vec exp(Vec x) {
  return by_lane(x, [](real v) { return __builtin_exp(v); });
}
inline Vec tanh(Vec x) {
  return by_lane(x, [](real v) { return __builtin_tanh(v); });
}

#else

typedef int32_t IntVec __attribute__((vector_size(vector_bytes)));

// e^x = 2^n e^r with n the integer nearest to x log2(e), so |r| <= ln(2)/2, where eight Taylor terms leave 1e-8.
// 2^n is applied in two halves: n spans more than one float's exponent.
inline Vec exp(Vec x) {
  constexpr real log2e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  constexpr real round_to_integer = 12582912.0f;  // 1.5 * 2^23: adding it leaves the integer in the low bits
  x = x < splat(-105) ? splat(-105) : x;          // e^-105 is 0 and e^89 infinite in float
  x = x > splat(89) ? splat(89) : x;
  const Vec shifted = fma(x, splat(log2e), splat(round_to_integer));
  const Vec n = shifted - round_to_integer;
  const Vec r = fma(n, splat(-ln2_low), fma(n, splat(-ln2_high), x));
  constexpr real terms[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  Vec p = splat(1.0f / 5040);
  for (const real c : terms) p = fma(p, r, splat(c));
  const IntVec k = reinterpret_cast<IntVec>(shifted) - reinterpret_cast<IntVec>(splat(round_to_integer));
  const IntVec half = k >> 1;
  const Vec a = reinterpret_cast<Vec>((half + 127) << 23), b = reinterpret_cast<Vec>((k - half + 127) << 23);
  return p * a * b;
}

// tanh x = (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x; near 0, where that cancels, x + x^3 P(x^2), where P makes
// the largest relative error on |x| < 1/2 as small as four terms can, 2e-8.
inline Vec tanh(Vec x) {
  const Vec size = x < splat(0) ? -x : x, e = exp(splat(-2) * size), far = (1 - e) / (1 + e);
  const Vec square = x * x;
  constexpr real terms[] = {-0.0530455073f, 0.133258792f, -0.333331439f};
  Vec p = splat(0.0172415175f);
  for (const real c : terms) p = fma(p, square, splat(c));
  const Vec near = fma(p * square, x, x);
  return size < splat(0.5f) ? near : x < splat(0) ? -far : far;
}

#endif

// 1 / (1 + e^-x), for x < 0 as e^x / (1 + e^x): the exponential never overflows.
inline Vec sigmoid(Vec x) {
  const Vec e = exp(x < splat(0) ? x : -x);
  return (x < splat(0) ? e : splat(1)) / (1 + e);
}

// clip(x/5 + 1/2, 0, 1)
inline Vec hard_sigmoid(Vec x) {
  const Vec v = splat(real(0.2)) * x + splat(real(0.5));
  return v < splat(0) ? splat(0) : v > splat(1) ? splat(1) : v;
}

}  // namespace SEISGRAD::SIMD
