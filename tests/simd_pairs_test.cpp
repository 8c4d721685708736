// Loops over pairs of neighbours, on every level of SIMD that this machine has: as plain loops would have it, to the
// bit.
#ifdef SEISGRAD_SIMD_DISPATCH
#include <cstring>

#include "kernels/max_pool1d.simd.h"
#include "kernels/upsample1d.simd.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

struct Level {
  const char* name;
  PairsLoop* pool;
  PairsBackwardLoop* pool_backward;
  TwiceLoop* twice;
};

std::vector<Level> levels() {
  std::vector<Level> all = {{"baseline", baseline::pairs_loop, baseline::pairs_backward_loop, baseline::twice_loop}};
#ifdef __x86_64__
  if (SIMD_BEST(pairs_loop) != baseline::pairs_loop)
    all.push_back({"avx2", avx2::pairs_loop, avx2::pairs_backward_loop, avx2::twice_loop});
  if (SIMD_BEST(pairs_loop) == avx512::pairs_loop)
    all.push_back({"avx512", avx512::pairs_loop, avx512::pairs_backward_loop, avx512::twice_loop});
#endif
  return all;
}

// Bits, since -0 equals 0 and no NaN equals another.
bool same_bits(const std::vector<real>& a, const std::vector<real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(real)) == 0;
}

std::vector<real> odd_values(Random& random, int64_t count) {
  const Tensor t = random.coarse({count});  // with ties
  std::vector<real> v(t.values().begin(), t.values().end());
  for (real& x : v)
    if (random.integer(0, 9) == 0) x = random.coin() ? real(-0.0) : std::numeric_limits<real>::quiet_NaN();
  return v;
}

}  // namespace

TEST_CASE("pairs: pooled, spread and doubled alike on every level") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const int64_t n = random.size(100);
    const std::vector<real> x = odd_values(random, 2 * n), dy = odd_values(random, n);
    std::vector<real> y(n), dx(2 * n, 0), doubled(2 * n);
    std::vector<int32_t> argmax(n);
    for (int64_t m = 0; m < n; ++m) {
      const real a = x[2 * m], b = x[2 * m + 1];
      argmax[m] = static_cast<int32_t>(2 * m + (b <= a || std::isnan(a) ? 0 : 1));
      y[m] = x[argmax[m]];
      dx[argmax[m]] += dy[m];
      doubled[2 * m] = doubled[2 * m + 1] = dy[m];
    }
    for (const Level& level : levels()) {
      CAPTURE(seed);
      CAPTURE(level.name);
      std::vector<real> got_y(n), got_dx(2 * n, 5), got_doubled(2 * n);
      std::vector<int32_t> got_argmax(n);
      level.pool(x.data(), got_y.data(), got_argmax.data(), n);
      level.pool_backward(dy.data(), argmax.data(), got_dx.data(), n);
      level.twice(dy.data(), got_doubled.data(), n);
      CHECK(same_bits(got_y, y));
      CHECK(got_argmax == argmax);
      CHECK(same_bits(got_dx, dx));
      CHECK(same_bits(got_doubled, doubled));
    }
  }
}
#endif
