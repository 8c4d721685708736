// The inner loops of additive_attention on every level of instructions.
#include "kernels/additive_attention.simd.h"

#include "tests/agree.h"

using namespace seisgrad;

#if defined(SEISGRAD_SIMD_DISPATCH) && defined(__x86_64__)
TEST_CASE("additive_attention: AVX2 and AVX-512 give the same bits") {
  if (SIMD_BEST(attention_scores) != avx512::attention_scores) {
    MESSAGE("skipped: this machine has no AVX-512");
    return;
  }
  const int64_t T = 21, U = 13, P = 32, PU = 16;
  for (const bool exponential : {false, true}) {
    Random random(exponential);
    const auto some = [&](int64_t n) {
      const Tensor v = random.tensor({n}, 0.1, 2);
      return std::vector<real>(v.values().begin(), v.values().end());
    };
    const std::vector<real> q = some(T * P), k = some(T * P), score = some(PU), a = some(P), start = some(T * P);
    std::vector<real> e[2] = {start, start}, row[2], dq[2], dk[2] = {start, start}, dscore[2] = {score, score}, rest(2);
    for (const bool wide : {false, true}) {
      const auto pick = [&](auto* narrow_one, auto* wide_one) { return wide ? wide_one : narrow_one; };
      pick(avx2::attention_scores, avx512::attention_scores)(q.data(), k.data(), score.data(), 1, T, U, P, exponential,
                                                             e[wide].data());
      pick(avx2::attention_weights, avx512::attention_weights)(e[wide].data(), P, 2, 1, 19, real(0.1));
      row[wide] = a, dq[wide] = a;
      rest[wide] = pick(avx2::attention_weights_backward, avx512::attention_weights_backward)(e[wide].data(),
                                                                                              row[wide].data(), P);
      pick(avx2::attention_pairs_backward, avx512::attention_pairs_backward)(
          q.data(), k.data(), a.data(), 1, 19, PU, exponential, dq[wide].data(), dk[wide].data(), dscore[wide].data());
      pick(avx2::exponential_of_twice, avx512::exponential_of_twice)(row[wide].data(), P);
    }
    CHECK(e[0] == e[1]);
    CHECK(row[0] == row[1]);
    CHECK(rest[0] == rest[1]);
    CHECK(dq[0] == dq[1]);
    CHECK(dk[0] == dk[1]);
    CHECK(dscore[0] == dscore[1]);
    CHECK(avx2::largest_magnitude(q.data(), T * P) == avx512::largest_magnitude(q.data(), T * P));
  }
}
#endif
