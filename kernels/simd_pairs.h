// Neighbours of two vectors taken apart and put together: a shuffle each on AVX-512, two or three on the others.
//
//   a = a0 a1 a2 ...   b = b0 b1 b2 ...   evens: a0 a2 ... b0 b2 ...   odds: a1 a3 ... b1 b3 ...
//                                         lows: a0 b0 a1 b1 ... of the lower halves, highs of the upper ones
#pragma once
#include "kernels/simd.h"

namespace SEISGRAD::SIMD {

template <int... I>
struct PairShuffles {
  static Vec evens(Vec a, Vec b) { return __builtin_shufflevector(a, b, (2 * I)...); }
  static Vec odds(Vec a, Vec b) { return __builtin_shufflevector(a, b, (2 * I + 1)...); }
  static Vec lows(Vec a, Vec b) { return __builtin_shufflevector(a, b, (I / 2 + I % 2 * width)...); }
  static Vec highs(Vec a, Vec b) { return __builtin_shufflevector(a, b, (width / 2 + I / 2 + I % 2 * width)...); }
};

// Places 0 to N - 1, which std::integer_sequence would count; here the standard library is out of bounds.
template <int N, int... I>
struct PairsUpTo : PairsUpTo<N - 1, N - 1, I...> {};
template <int... I>
struct PairsUpTo<0, I...> : PairShuffles<I...> {};

using Pairs = PairsUpTo<width>;

}  // namespace SEISGRAD::SIMD
