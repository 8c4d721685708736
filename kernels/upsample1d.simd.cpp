#include "kernels/upsample1d.simd.h"

namespace SEISGRAD::SIMD {

// Doubling needs no shuffle: a float is 32 bits, so the pair (v, v) is the 64-bit integer v + (v << 32). Widening a
// half vector, a shift and an or make a whole vector of pairs, on any machine whose low word comes first.
void twice_loop(const real* x, real* y, int64_t n) {
  int64_t i = 0;
#if !defined(SEISGRAD_DOUBLE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  typedef uint32_t Singles __attribute__((vector_size(vector_bytes / 2)));
  typedef uint64_t Pairs __attribute__((vector_size(vector_bytes)));
  for (; i + width / 2 <= n; i += width / 2) {
    Singles single;
    __builtin_memcpy(&single, x + i, sizeof single);
    Pairs pair = __builtin_convertvector(single, Pairs);
    pair |= pair << 32;
    __builtin_memcpy(y + 2 * i, &pair, sizeof pair);
  }
#endif
  for (; i < n; ++i) y[2 * i] = y[2 * i + 1] = x[i];
}

}  // namespace SEISGRAD::SIMD
