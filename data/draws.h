// Draws: the random numbers of one example and one purpose, in the order in which they are asked for. A function of
// seed, epoch, example and stream alone (kernels/philox.h), whichever thread asks.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/philox.h"

namespace seisgrad {

class Draws {
 public:
  Draws(RandomKey key, std::int64_t example) : key_(key), next_(static_cast<std::uint64_t>(example) << 24) {}

  double uniform() { return (word() + 0.5) * 0x1p-32; }  // in (0,1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }
  // In low..high-1. REQUIRES: low < high.
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(uniform() * static_cast<double>(high - low));
  }
  // Two standard normal numbers from two uniform ones (Box & Muller 1958); of floats: noise needs many.
  void normal(float& one, float& other) {
    const float radius = std::sqrt(-2 * std::log(static_cast<float>(uniform())));
    const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(uniform());
    one = radius * std::cos(angle);
    other = radius * std::sin(angle);
  }

 private:
  std::uint32_t word() {
    if (next_ % 4 == 0 || !begun_) block_ = random_words(key_, next_ / 4);
    begun_ = true;
    return block_.word[next_++ % 4];
  }

  RandomKey key_;
  std::uint64_t next_;  // an example has 2^24 words
  bool begun_ = false;
  PhiloxBlock block_{};
};

}  // namespace seisgrad
