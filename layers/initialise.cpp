#include "layers/initialise.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace SEISGRAD {
namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const Tensor& weight) {
  const Shape& s = weight.shape();
  require(s.rank() == 2 || s.rank() == 3, "initialise: expected a weight (O,I) or (O,C,K), got ", s);
  const double kernel = s.rank() == 3 ? static_cast<double>(s[2]) : 1;
  return {static_cast<double>(s[1]) * kernel, static_cast<double>(s[0]) * kernel};
}

// Uniform in the open interval (0, 1).
double uniform(RandomKey key, uint64_t i) { return (random_word(key, i) + 0.5) * 0x1p-32; }

// Standard normal, from two uniform numbers (Box & Muller 1958).
double normal(RandomKey key, uint64_t i) {
  return std::sqrt(-2 * std::log(uniform(key, 2 * i))) * std::cos(2 * std::numbers::pi * uniform(key, 2 * i + 1));
}

void fill(const Tensor& weight, const std::function<double(uint64_t)>& value) {
  Tensor host(weight.shape());
  uint64_t i = 0;
  for (real& v : host.write()) v = static_cast<real>(value(i++));
  weight.copy_from(host);
}

}  // namespace

void xavier_uniform(const Tensor& weight, RandomKey key) {
  const Fans fans = fans_of(weight);
  const double limit = std::sqrt(6 / (fans.in + fans.out));
  fill(weight, [&](uint64_t i) { return limit * (2 * uniform(key, i) - 1); });
}

void xavier_normal(const Tensor& weight, RandomKey key) {
  const Fans fans = fans_of(weight);
  const double deviation = std::sqrt(2 / (fans.in + fans.out));
  fill(weight, [&](uint64_t i) { return deviation * normal(key, i); });
}

// A number beyond the cut is drawn again, up to 16 times, each element from numbers of its own; 0.05^16 stay beyond.
void truncated_xavier_normal(const Tensor& weight, RandomKey key) {
  const Fans fans = fans_of(weight);
  const double deviation = std::sqrt(2 / (fans.in + fans.out)) / 0.87962566103423978;  // of what is left by the cut
  fill(weight, [&](uint64_t i) {
    double v = normal(key, 16 * i);
    for (uint64_t again = 1; std::abs(v) > 2 && again < 16; ++again) v = normal(key, 16 * i + again);
    return deviation * v;
  });
}

void he_normal(const Tensor& weight, RandomKey key) {
  const double deviation = std::sqrt(2 / fans_of(weight).in);
  fill(weight, [&](uint64_t i) { return deviation * normal(key, i); });
}

// Gram-Schmidt on normal vectors, twice over for accuracy.
void orthogonal(const Tensor& weight, RandomKey key) {
  require(weight.shape().rank() == 2, "orthogonal: expected a matrix, got ", weight.shape());
  const int64_t rows = weight.shape()[0], columns = weight.shape()[1];
  const int64_t length = std::max(rows, columns), count = std::min(rows, columns);
  std::vector<std::vector<double>> basis;
  for (int64_t k = 0; k < count; ++k) {
    std::vector<double> v(length);
    for (int64_t i = 0; i < length; ++i) v[i] = normal(key, static_cast<uint64_t>(k * length + i));
    for (int pass = 0; pass < 2; ++pass)
      for (const auto& other : basis) {
        double dot = 0;
        for (int64_t i = 0; i < length; ++i) dot += v[i] * other[i];
        for (int64_t i = 0; i < length; ++i) v[i] -= dot * other[i];
      }
    double squares = 0;
    for (const double x : v) squares += x * x;
    for (double& x : v) x /= std::sqrt(squares);
    basis.push_back(std::move(v));
  }
  fill(weight, [&](uint64_t i) {
    const int64_t row = static_cast<int64_t>(i) / columns, column = static_cast<int64_t>(i) % columns;
    return rows >= columns ? basis[column][row] : basis[row][column];
  });
}

}  // namespace SEISGRAD
