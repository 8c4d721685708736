// Dice: the numbers of one random sequence (kernels/philox.h), taken one after the other. The position lives here and
// nowhere else: whoever has the same key reads the same numbers, in whatever thread. Each part of a seismogram and each
// change of an example has a key of its own, so that one that comes to take one number more changes no other.
#pragma once
#include <cmath>
#include <cstdint>

#include "kernels/philox.h"

namespace seisgrad {

class Dice {
 public:
  // `index` is the number of the trace or event, `part` tells the users of one purpose apart.
  Dice(std::uint64_t seed, Purpose purpose, std::int64_t index, std::uint16_t part = 0)
      : key_{.seed = seed, .purpose = purpose, .step = static_cast<std::uint32_t>(index), .stream = part},
        block_(static_cast<std::uint64_t>(index) >> 32 << 48) {}

  // The numbers of one example and one key; an example has 2^22 blocks.
  Dice(RandomKey key, std::int64_t example) : key_(key), block_(static_cast<std::uint64_t>(example) << 22) {}

  std::uint32_t word() {
    if (used_ == 4) words_ = random_words(key_, block_++), used_ = 0;
    return words_.word[used_++];
  }
  // Uniform in (0,1), never 0.
  double uniform() { return (word() + 0.5) * 0x1p-32; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double log_uniform(double low, double high) { return low * std::pow(high / low, uniform()); }
  bool chance(double probability) { return uniform() < probability; }
  // 0, ..., count - 1
  int below(int count) { return static_cast<int>(uniform() * count); }
  // In low..high-1. REQUIRES: low < high.
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(uniform() * static_cast<double>(high - low));
  }
  double normal() {  // Box and Muller, 1958
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }
  // Two of them from two uniform ones; of floats: noise needs many.
  void normals(float& one, float& other) {
    const float radius = std::sqrt(-2 * std::log(static_cast<float>(uniform())));
    const float angle = 6.2831853f * static_cast<float>(uniform());
    one = radius * std::cos(angle);
    other = radius * std::sin(angle);
  }
  // exp of a normal number: half of them below `median`, about two thirds within a factor exp(sigma)
  double log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }
  double exponential(double mean) { return -mean * std::log(uniform()); }

 private:
  RandomKey key_;
  std::uint64_t block_;
  PhiloxBlock words_{};
  int used_ = 4;
};

}  // namespace seisgrad
