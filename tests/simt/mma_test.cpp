// Tensor cores: where a warp's lanes hold their numbers, and how these are rounded and added.
#include "kernels/mma.cuh"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/simt/kernels.h"

using namespace seisgrad;
using namespace seisgrad::simt_kernels;

namespace {

struct Registers {  // of the 32 lanes
  std::vector<uint32_t> a = std::vector<uint32_t>(32 * 4), b = std::vector<uint32_t>(32 * 2);
  std::vector<float> c = std::vector<float>(32 * 4);

  void run() { tensor_core(a.data(), b.data(), c.data(), 32); }
};

uint32_t word(float x) { return std::bit_cast<uint32_t>(x); }
float value(uint32_t x) { return std::bit_cast<float>(x); }

// c after a lane's row of A meets a column of B, c = start + sum of x[k] 1.
float sum_of(float start, const std::vector<float>& x) {
  Registers r;
  r.c[0] = start;
  for (size_t k = 0; k < x.size(); ++k) r.a[4 * (k % 4) + 2 * (k / 4)] = word(x[k]);  // A(0,k)
  for (int k = 0; k < 8; ++k) r.b[2 * (k % 4) + k / 4] = word(1);                     // B(k,0)
  r.run();
  return r.c[0];
}

}  // namespace

// The figures of the PTX manual for one lane, in numbers: lane 22 is g = 5, t = 2.
TEST_CASE("mma: which element of its matrix a lane's register is") {
  const int a_row[4] = {5, 13, 5, 13}, a_column[4] = {2, 2, 6, 6}, b_row[2] = {2, 6};
  for (int i = 0; i < 4; ++i)
    for (int column = 0; column < 8; ++column) {  // row a_row[i] of C is row a_column[i] of B
      Registers r;
      r.a[4 * 22 + i] = word(1);
      const int k = a_column[i];
      r.b[2 * (4 * column + k % 4) + k / 4] = word(7);
      r.run();
      float total = 0;
      for (const float c : r.c) total += c;
      CHECK(total == 7);
      CHECK(r.c[4 * (4 * (a_row[i] % 8) + column / 2) + 2 * (a_row[i] / 8) + column % 2] == 7);
    }
  for (int i = 0; i < 2; ++i) {
    Registers r;
    r.b[2 * 22 + i] = word(1);
    r.a[4 * (b_row[i] % 4) + 2 * (b_row[i] / 4)] = word(7);  // A(0,b_row)
    r.run();
    CHECK(r.c[4 * 2 + 1] == 7);  // C(0,5)
  }
}

TEST_CASE("mma: products of whole numbers are exact, under every order of threads") {
  for (const uint64_t seed : {0, 1, 2}) {
    simt::options.seed = seed;
    const int K = 24;
    std::vector<float> a(16 * K), b(K * 8), c(16 * 8), expected(16 * 8);
    for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(static_cast<int>(i * 37 % 101) - 50);
    for (size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(static_cast<int>(i * 53 % 97) - 40);
    for (int m = 0; m < 16; ++m)
      for (int n = 0; n < 8; ++n)
        for (int k = 0; k < K; ++k) expected[m * 8 + n] += a[m * K + k] * b[k * 8 + n];
    for (const Precision precision : {Precision::tf32, Precision::tf32x3}) {
      product(precision, a.data(), b.data(), c.data(), K);
      CHECK(c == expected);
    }
  }
  simt::options = {};
}

TEST_CASE("mma: tf32 is float with 10 bits after the point, ties away from zero") {
  const float infinity = std::numeric_limits<float>::infinity(), largest = std::numeric_limits<float>::max();
  const auto rounded = [](float x) { return from_tf32(to_tf32(x)); };
  CHECK(rounded(1) == 1);
  CHECK(rounded(0x1.002p0f) == 0x1.004p0f);  // half of the last bit
  CHECK(rounded(-0x1.002p0f) == -0x1.004p0f);
  CHECK(rounded(0x1.001ffep0f) == 1);
  CHECK(rounded(0x1.fffffep0f) == 2);  // the carry reaches the exponent
  CHECK(rounded(largest) == infinity);
  CHECK(rounded(0x1.ffcp127f) == 0x1.ffcp127f);
  CHECK(rounded(infinity) == infinity);
  CHECK(rounded(-infinity) == -infinity);
  CHECK(word(rounded(-0.f)) == word(-0.f));
  CHECK(to_tf32(value(0xff800001u)) == 0x7fffffffu);
  CHECK(to_tf32(value(0x7fffffffu)) == 0x7fffffffu);
  CHECK(word(rounded(value(0x00000fffu))) == 0);  // subnormal
  CHECK(word(rounded(value(0x00001000u))) == 0x2000u);
  std::mt19937 random(1);
  for (int i = 0; i < 10000; ++i) {
    const float x = value(random());
    if (!(std::abs(x) < 0x1.ff8p127f)) continue;
    const double unit = std::ldexp(1., std::max(std::ilogb(x), -126) - 10);
    CHECK(rounded(x) == std::copysign(std::floor(std::abs(x) / unit + 0.5) * unit, x));
  }
}

TEST_CASE("mma: the low 13 bits of an operand do not count") {
  Registers r;
  r.a[0] = 0x3f801fffu;
  r.b[0] = word(3) | 0x1fffu;
  r.run();
  CHECK(r.c[0] == 3);
}

TEST_CASE("mma: a sum is cut off after the 24th bit of its largest addend") {
  CHECK(sum_of(1, {}) == 1);
  CHECK(sum_of(0x1p24f, std::vector<float>(8, 0.5f)) == 0x1p24f);
  CHECK(sum_of(0x1p23f, std::vector<float>(8, 0.5f)) == 0x1p23f);
  CHECK(sum_of(0x1p22f, std::vector<float>(8, 0.5f)) == 0x1p22f + 4);
  CHECK(sum_of(0x1p23f + 1, {0x1p23f}) == 0x1p24f);  // 2^24 + 1, towards zero
  CHECK(sum_of(-0x1p23f - 1, {-0x1p23f - 0x1p13f}) == -0x1p24f - 0x1p13f);
  CHECK(sum_of(1, {-1, 0x1p-20f}) == 0x1p-20f);
  CHECK(sum_of(0, {0x1p-135f, 0x1p-135f}) == 0x1p-134f);
  CHECK(sum_of(0x1.fffffep127f, {0x1p127f}) == std::numeric_limits<float>::infinity());
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(sum_of(1, {infinity}) == infinity);
  CHECK(std::isnan(sum_of(1, {infinity, -infinity})));
  CHECK(std::isnan(sum_of(std::nanf(""), {1})));
}

TEST_CASE("mma: the error of tf32 and of three times tf32") {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  const int K = 256;
  double worst[2] = {};
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<float> a(16 * K), b(K * 8), c(16 * 8);
    for (float& x : a) x = normal(random);
    for (float& x : b) x = normal(random);
    for (const Precision precision : {Precision::tf32, Precision::tf32x3}) {
      product(precision, a.data(), b.data(), c.data(), K);
      for (int m = 0; m < 16; ++m)
        for (int n = 0; n < 8; ++n) {
          double sum = 0, size = 0;
          for (int k = 0; k < K; ++k) {
            const double term = double(a[m * K + k]) * double(b[k * 8 + n]);
            sum += term, size += std::abs(term);
          }
          double& so_far = worst[precision == Precision::tf32x3];
          so_far = std::max(so_far, std::abs(double(c[m * 8 + n]) - sum) / size);
        }
    }
  }
  const double epsilon = std::numeric_limits<float>::epsilon();
  CHECK(worst[0] < 0x1p-11);
  CHECK(worst[0] > 0x1p-16);  // it is tf32 indeed
  CHECK(worst[1] < epsilon);
}

TEST_CASE("mma: all lanes of a warp are needed") {
  Registers r;
  for (const uint64_t seed : {0, 1, 2}) {
    simt::options.seed = seed;
    CHECK_THROWS_WITH_AS(tensor_core(r.a.data(), r.b.data(), r.c.data(), 16),
                         doctest::Contains("a tensor core needs all 32 lanes of the warp"), simt::Error);
  }
  simt::options = {};
}
