// The most fused multiply-adds that one thread of this CPU does, as a yardstick: independent chains in registers, no
// memory. Measured, because the clock of wide vectors is in no table.
#include <algorithm>
#include <ctime>

#include "bench/harness.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace SEISGRAD {
namespace {

constexpr int chains = 12;  // latency 4, two units: 8 would do
constexpr int64_t steps = 20000;

double thread_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) float chains_avx512() {
  __m512 sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = _mm512_set1_ps(static_cast<float>(c));
  const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
  for (int64_t i = 0; i < steps; ++i) {
#pragma GCC unroll 12
    for (int c = 0; c < chains; ++c) sum[c] = _mm512_fmadd_ps(sum[c], a, b);
  }
  for (int c = 1; c < chains; ++c) sum[0] = _mm512_add_ps(sum[0], sum[c]);
  return _mm512_cvtss_f32(sum[0]);
}

__attribute__((target("avx2,fma"))) float chains_avx2() {
  __m256 sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = _mm256_set1_ps(static_cast<float>(c));
  const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(0.001f);
  for (int64_t i = 0; i < steps; ++i) {
#pragma GCC unroll 12
    for (int c = 0; c < chains; ++c) sum[c] = _mm256_fmadd_ps(sum[c], a, b);
  }
  for (int c = 1; c < chains; ++c) sum[0] = _mm256_add_ps(sum[0], sum[c]);
  return _mm256_cvtss_f32(sum[0]);
}

// The best of many short spells: a neighbour on the same core slows the others.
double best_rate(float (*work)(), int lanes) {
  double best = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const double begin = thread_seconds();
    benchmark::DoNotOptimize(work());
    best = std::max(best, 2.0 * lanes * chains * steps / (thread_seconds() - begin));
  }
  return best;
}
#endif

double measure() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return best_rate(chains_avx512, 16);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return best_rate(chains_avx2, 8);
#endif
  return 0;
}

}  // namespace

double fma_peak() {
  static double best = 0;
  return best = std::max(best, measure());
}

}  // namespace SEISGRAD
