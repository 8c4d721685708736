// Tensor cores. Their sums are modelled as no better than the hardware's: the addends are aligned to the largest one
// and cut off after its 24th bit, and so is the result. Real ones keep a bit or more beyond that.
#include <bit>
#include <cmath>

#include "kernels/simt_emulator.h"

namespace seisgrad::simt {
namespace {

constexpr int K = 8, addends = K + 1;

struct Lane {
  float (&c)[4];
  const uint32_t (&a)[4], (&b)[2];
};

uint64_t bits(double x) { return std::bit_cast<uint64_t>(x); }
double power_of_two(int exponent) { return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52); }

// Of exact products and what they are added to, all finite or not.
float cut_sum(const double (&x)[addends]) {
  constexpr uint64_t exponent_bits = 0x7ff;
  uint64_t largest = 0;
  double plain = 0;
  for (const double addend : x) {
    largest = std::max(largest, bits(addend) >> 52 & exponent_bits);
    plain += addend;
  }
  if (largest == exponent_bits) return static_cast<float>(plain);
  // a double of exponent e has its 24th bit at 2^(e-23); float's smallest number is 2^-149
  const int last = std::max(static_cast<int>(largest) - 1023 - 23, -149);
  const double scale = power_of_two(-last);
  int64_t sum = 0;
  for (const double addend : x) sum += static_cast<int64_t>(addend * scale);
  const double exact = static_cast<double>(sum) * power_of_two(last);
  return static_cast<float>(std::bit_cast<double>(bits(exact) & ~((uint64_t{1} << 29) - 1)));
}

float as_tf32(uint32_t word) { return std::bit_cast<float>(word & 0xffffe000u); }  // the hardware ignores the rest

const char* multiply(void* const payloads[32], unsigned mask) {
  if (mask != ~0u) return "a tensor core needs all 32 lanes of the warp";
  double A[16][K], B[K][8];
  for (int lane = 0; lane < 32; ++lane) {
    const Lane& l = *static_cast<Lane*>(payloads[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 4; ++i) A[g + 8 * (i % 2)][t + 4 * (i / 2)] = as_tf32(l.a[i]);
    for (int i = 0; i < 2; ++i) B[t + 4 * i][g] = as_tf32(l.b[i]);
  }
  for (int lane = 0; lane < 32; ++lane) {
    const Lane& l = *static_cast<Lane*>(payloads[lane]);
    for (int i = 0; i < 4; ++i) {
      const int row = lane / 4 + 8 * (i / 2), column = 2 * (lane % 4) + i % 2;
      double x[addends];
      for (int k = 0; k < K; ++k) x[k] = A[row][k] * B[k][column];
      x[K] = l.c[i];
      l.c[i] = cut_sum(x);
    }
  }
  return nullptr;
}

}  // namespace

uint32_t to_tf32(float x) {
  if (std::isnan(x)) return 0x7fffffff;
  // half of the last bit kept; a carry goes on into the exponent, up to infinity
  return (std::bit_cast<uint32_t>(x) + (std::isinf(x) ? 0u : 0x1000u)) & 0xffffe000u;
}

void mma_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Place at) {
  Lane lane{c, a, b};
  warp_operation(~0u, multiply, &lane, at);
}

}  // namespace seisgrad::simt
