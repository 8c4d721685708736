#include "data/half.h"

#include <bit>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace seisgrad {

std::uint16_t half_from(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value), magnitude = bits & 0x7FFFFFFF;
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  if (magnitude > 0x7F800000) return sign | 0x7E00;   // NaN
  if (magnitude >= 0x477FF000) return sign | 0x7C00;  // at least halfway from 65504 to 65536
  if (magnitude < 0x38800000) {                       // subnormal: a multiple of 2^-24, which adding 0.5 rounds to
    const float rounded = std::bit_cast<float>(magnitude) + 0.5f;
    return sign | static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(rounded) - 0x3F000000);
  }
  const std::uint32_t rounded = magnitude + 0xFFF + (magnitude >> 13 & 1);  // a carry goes into the exponent, rightly
  return sign | static_cast<std::uint16_t>((rounded - 0x38000000) >> 13);
}

float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16, magnitude = half & 0x7FFFu;
  if (magnitude >= 0x7C00) return std::bit_cast<float>(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
  if (magnitude >= 0x400) return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000));
  const float subnormal = static_cast<float>(magnitude) * 0x1p-24f;
  return sign != 0 ? -subnormal : subnormal;
}

namespace {

void convert(const char* bytes, float scale, float* floats, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t half;
    std::memcpy(&half, bytes + 2 * i, 2);
    floats[i] = scale * float_from_half(half);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) void convert_eights(const char* bytes, float scale, float* floats,
                                                        std::size_t count) {
  const __m256 factor = _mm256_set1_ps(scale);
  for (std::size_t i = 0; i < count; i += 8) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 2 * i));
    _mm256_storeu_ps(floats + i, _mm256_mul_ps(factor, _mm256_cvtph_ps(halves)));
  }
}
#endif

}  // namespace

void floats_from_halves(std::span<const char> bytes, float scale, std::span<float> floats) {
  static_assert(std::endian::native == std::endian::little);
  std::size_t done = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {  // every such processor has F16C, for which clang 14 knows no question
    done = floats.size() / 8 * 8;
    convert_eights(bytes.data(), scale, floats.data(), done);
  }
#endif
  convert(bytes.data() + 2 * done, scale, floats.data() + done, floats.size() - done);
}

}  // namespace seisgrad
