// exp, tanh and sigmoid of kernels/simd_math.h against the C library in double, and the vector levels against each
// other.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/elementwise.simd.h"

using namespace seisgrad;

namespace {

struct Level {
  std::string name;  // doctest prints a char* as an address
  UnaryLoop *exp, *tanh, *sigmoid;
};

// The levels that this machine can run.
std::vector<Level> levels() {
#if !defined(SEISGRAD_SIMD_DISPATCH)
  return {{"native", native::exp_loop, native::tanh_loop, native::sigmoid_loop}};
#else
  std::vector<Level> found = {{"baseline", baseline::exp_loop, baseline::tanh_loop, baseline::sigmoid_loop}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back({"avx2", avx2::exp_loop, avx2::tanh_loop, avx2::sigmoid_loop});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    found.push_back({"avx512", avx512::exp_loop, avx512::tanh_loop, avx512::sigmoid_loop});
#endif
  return found;
#endif
}

double exact_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

#ifndef SEISGRAD_DOUBLE

namespace {

// |got - exact| in units of the last place of a float near `exact`; infinity counts as 2^128.
double error_in_ulp(float got, double exact) {
  if (std::isnan(exact)) return std::isnan(got) ? 0 : std::numeric_limits<double>::infinity();
  if (std::isnan(got)) return std::numeric_limits<double>::infinity();
  const auto bounded = [](double v) { return std::abs(v) > 0x1p128 ? std::copysign(0x1p128, v) : v; };
  const double e = bounded(exact), g = bounded(double(got));
  const int exponent = std::max(e == 0 ? -126 : std::ilogb(e), -126);
  return std::abs(g - e) / std::ldexp(1.0, std::min(exponent, 127) - 23);
}

struct Worst {
  double error = 0;
  float at = 0;
};

// The largest error over every `stride`-th float: all signs, exponents, infinities and NaNs.
Worst worst_error(UnaryLoop* loop, double (*exact)(double), uint32_t stride) {
  Worst worst;
  std::vector<float> x, y(1 << 16);
  const auto flush = [&] {
    loop(x.data(), y.data(), static_cast<int64_t>(x.size()));
    for (size_t i = 0; i < x.size(); ++i) {
      const double error = error_in_ulp(y[i], exact(double(x[i])));
      if (error > worst.error) worst = {error, x[i]};
    }
    x.clear();
  };
  for (uint64_t bits = 0; bits >> 32 == 0; bits += stride) {
    x.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    if (x.size() == y.size()) flush();
  }
  flush();
  return worst;
}

void check_errors(uint32_t stride) {
  for (const Level& level : levels()) {
    const auto check = [&](const std::string& name, double bound, UnaryLoop* loop, double (*exact)(double)) {
      const Worst worst = worst_error(loop, exact, stride);
      INFO(level.name << " " << name << ": " << worst.error << " ulp at " << worst.at);
      CHECK(worst.error <= bound);
    };
    // the bounds that kernels/simd_math.h promises
    check("exp", 1.25, level.exp, [](double v) { return std::exp(v); });
    check("tanh", 2.5, level.tanh, [](double v) { return std::tanh(v); });
    check("sigmoid", 2.5, level.sigmoid, exact_sigmoid);
  }
}

}  // namespace

TEST_CASE("simd_math: errors in ulp, on 4 million floats of the whole range") { check_errors(997); }

TEST_CASE("simd_math: errors in ulp, on every float" * doctest::skip()) { check_errors(1); }

#else

TEST_CASE("simd_math: in double it is the C library") {
  const std::vector<double> x = {0, -0.0, 1, -1, 700, -700, 800, -800, 1e-300, 0.3, std::nan("")};
  for (const Level& level : levels())
    for (const double v : x) {
      CAPTURE(level.name);
      CAPTURE(v);
      double y;
      const auto equal = [&](double expected, double tolerance = 0) {
        return y == expected || std::abs(y - expected) <= tolerance || (std::isnan(y) && std::isnan(expected));
      };
      level.exp(&v, &y, 1);
      CHECK(equal(std::exp(v)));
      level.tanh(&v, &y, 1);
      CHECK(equal(std::tanh(v)));
      level.sigmoid(&v, &y, 1);
      CHECK(equal(exact_sigmoid(v), 4e-16 * exact_sigmoid(v)));  // three roundings
    }
}

#endif

TEST_CASE("simd_math: avx2 and avx512 give the same bits") {
  const auto found = levels();
  if (found.size() < 3) return;
  const Level &a = found[1], &b = found[2];
  const int64_t n = 1'000'003;  // not a whole number of vectors
  std::vector<real> x(n), y(n), z(n);
  for (int64_t i = 0; i < n; ++i) {
    // every 4294th float; in double a fine grid
    if constexpr (sizeof(real) == 4) x[i] = static_cast<real>(std::bit_cast<float>(static_cast<uint32_t>(i * 4294)));
    else x[i] = static_cast<real>(i - n / 2) / 1000;
  }
  const auto same_bits = [&](UnaryLoop* f, UnaryLoop* g) {
    f(x.data(), y.data(), n);
    g(x.data(), z.data(), n);
    for (int64_t i = 0; i < n; ++i)
      if (y[i] != z[i] ? !(std::isnan(y[i]) && std::isnan(z[i])) : std::signbit(y[i]) != std::signbit(z[i]))
        return false;
    return true;
  };
  CHECK(same_bits(a.exp, b.exp));
  CHECK(same_bits(a.tanh, b.tanh));
  CHECK(same_bits(a.sigmoid, b.sigmoid));
}
