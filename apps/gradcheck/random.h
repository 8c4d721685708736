// Seeded random shapes and values for gradcheck and the tests: the same on every machine.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "tensor/tensor.h"

namespace SEISGRAD {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u) {}

  uint64_t bits() {  // splitmix64
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  int64_t integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(bits() % static_cast<uint64_t>(high - low + 1));
  }
  double uniform(double low, double high) { return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53; }
  bool coin() { return bits() >> 63; }
  int64_t one_of(std::initializer_list<int64_t> choices) {
    return choices.begin()[integer(0, static_cast<int64_t>(choices.size()) - 1)];
  }
  // A size as tests want them: often 1, odd or prime, at most `most`.
  int64_t size(int64_t most) {
    const int64_t s = coin() ? one_of({1, 2, 3, 5, 7, 13, 17, 31, 33, 37, 64, 67}) : integer(1, most);
    return s <= most ? s : integer(1, most);
  }

  Tensor tensor(Shape shape, double low = -1, double high = 1) {
    Tensor t(shape);
    for (real& v : t.write()) v = static_cast<real>(uniform(low, high));
    return t;
  }
  // Values in steps of 1/4: ties are common, sums exact.
  Tensor coarse(Shape shape) {
    Tensor t(shape);
    for (real& v : t.write()) v = static_cast<real>(static_cast<double>(integer(-12, 12)) / 4);
    return t;
  }

 private:
  uint64_t state_;
};

}  // namespace SEISGRAD
