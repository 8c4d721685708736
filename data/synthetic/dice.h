// Dice: the numbers of one random sequence (kernels/philox.h), taken one after the other. The position lives here and
// nowhere else: whoever has the same key reads the same numbers. Each part of a seismogram has a key of its own, so
// that a part that comes to take one number more changes no other part.
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
  double normal() {  // Box and Muller, 1958
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
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
