// matmul's inner block gives the same bits at each level of SIMD.
#if defined(SEISGRAD_SIMD_DISPATCH) && defined(__x86_64__)
#include "kernels/matmul.simd.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("matmul: AVX2 and AVX-512 give the same bits") {
  if (SIMD_BEST(product_block) != avx512::product_block) {
    MESSAGE("skipped: this machine has no AVX-512");
    return;
  }
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const int64_t M = random.size(40), K = random.size(100), N = random.size(70), row = (N + 15) / 16 * 16;
    const Tensor a = random.tensor({M, K}), b = random.tensor({K, row}), c = random.tensor({M, N});
    std::vector<real> narrow(c.values().begin(), c.values().end()), wide = narrow;
    avx2::product_block(a.values().data(), K, 1, b.values().data(), row, K, narrow.data(), N, M, N);
    avx512::product_block(a.values().data(), K, 1, b.values().data(), row, K, wide.data(), N, M, N);
    CHECK(narrow == wide);
  }
}
#endif
