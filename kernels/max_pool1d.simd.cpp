#include "kernels/max_pool1d.simd.h"

#include "kernels/simd_pairs.h"

namespace SEISGRAD::SIMD {

typedef decltype(Vec{} < Vec{}) Places;  // integers as wide as a real; a comparison gives 0 or -1 in each
typedef int32_t Argmax __attribute__((vector_size(width * sizeof(int32_t))));

static Places even_places() {
  Places p;
  for (int i = 0; i < width; ++i) p[i] = 2 * i;
  return p;
}

void pairs_loop(const real* row, real* y, int32_t* argmax, int64_t n) {
  int64_t m = 0;
  for (Places first = even_places(); m + width <= n; m += width, first += 2 * width) {
    const Vec left = load(row + 2 * m), right = load(row + 2 * m + width);
    const Vec a = Pairs::evens(left, right), b = Pairs::odds(left, right);
    const Places second = ~(b <= a) & (a == a);  // where the second wins: a NaN stays, and a tie
    const Argmax winner = __builtin_convertvector(first - second, Argmax);
    store(y + m, second ? b : a);
    __builtin_memcpy(argmax + m, &winner, sizeof winner);
  }
  for (; m < n; ++m) {
    const real a = row[2 * m], b = row[2 * m + 1];
    const bool second = !(b <= a) && a == a;
    y[m] = second ? b : a;
    argmax[m] = static_cast<int32_t>(2 * m + second);
  }
}

// Each is 0 plus what it won, as in the loop of any windows: 0 where that is -0.
void pairs_backward_loop(const real* dy, const int32_t* argmax, real* dx, int64_t n) {
  int64_t m = 0;
  for (Places first = even_places(); m + width <= n; m += width, first += 2 * width) {
    Argmax winner;
    __builtin_memcpy(&winner, argmax + m, sizeof winner);
    const Places won = __builtin_convertvector(winner, Places) == first;
    const Vec d = load(dy + m) + splat(0), a = won ? d : Vec{}, b = won ? Vec{} : d;
    store(dx + 2 * m, Pairs::lows(a, b));
    store(dx + 2 * m + width, Pairs::highs(a, b));
  }
  for (; m < n; ++m) {
    const bool won = argmax[m] == 2 * m;
    dx[2 * m] = won ? dy[m] + real(0) : 0;
    dx[2 * m + 1] = won ? 0 : dy[m] + real(0);
  }
}

}  // namespace SEISGRAD::SIMD
