#include "kernels/max_pool1d.simd.h"

namespace SEISGRAD::SIMD {

// Splitting pairs needs no shuffle: a pair of floats is one 64-bit integer, its first the low half, its second the high
// one, on any machine whose low word comes first. So a vector makes half a vector of each.
void pairs_loop(const real* row, real* y, int32_t* argmax, int64_t n) {
  int64_t m = 0;
#if !defined(SEISGRAD_DOUBLE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  constexpr int half = width / 2;
  typedef uint64_t Pairs __attribute__((vector_size(vector_bytes)));
  typedef uint32_t Bits __attribute__((vector_size(vector_bytes / 2)));
  typedef int32_t Index __attribute__((vector_size(vector_bytes / 2)));
  typedef real Half __attribute__((vector_size(vector_bytes / 2)));
  Index first;
  for (int i = 0; i < half; ++i) first[i] = 2 * i;
  for (; m + half <= n; m += half) {
    Pairs pairs;
    __builtin_memcpy(&pairs, row + 2 * m, sizeof pairs);
    const Half a = reinterpret_cast<Half>(__builtin_convertvector(pairs, Bits));
    const Half b = reinterpret_cast<Half>(__builtin_convertvector(pairs >> 32, Bits));
    const Index second = ~(b <= a) & (a == a);  // -1 where the second wins: a NaN stays, and a tie
    const Index winner = first - second;
    const Half most = second ? b : a;
    __builtin_memcpy(y + m, &most, sizeof most);
    __builtin_memcpy(argmax + m, &winner, sizeof winner);
    first += 2 * half;
  }
#endif
  for (; m < n; ++m) {
    const real a = row[2 * m], b = row[2 * m + 1];
    const bool second = !(b <= a) && a == a;
    y[m] = second ? b : a;
    argmax[m] = static_cast<int32_t>(2 * m + second);
  }
}

}  // namespace SEISGRAD::SIMD
