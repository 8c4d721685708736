#include "tests/toy_record.h"

#include <cmath>
#include <numbers>

#include "kernels/philox.h"

namespace seisgrad {
namespace {

constexpr double rate = 100;

// Numbers by position: a record is a function of its seed.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : key_{.seed = seed, .purpose = Purpose::toy_record} {}
  double uniform(double low, double high) { return low + (high - low) * (random_word(key_, next_++) + 0.5) * 0x1p-32; }
  double normal() { return std::sqrt(-2 * std::log(uniform(0, 1))) * std::cos(2 * std::numbers::pi * uniform(0, 1)); }

 private:
  RandomKey key_;
  uint64_t next_ = 0;
};

// White noise made a little red: what a quiet site records in the band of the picker.
void add_noise(Numbers& numbers, std::vector<float>& channel) {
  double memory = 0;
  for (float& v : channel) {
    memory = 0.7 * memory + numbers.normal();
    v += static_cast<float>(0.7 * memory);
  }
}

// From sample `onset`: filtered noise under an envelope that rises in `rise` seconds and decays in `decay`.
void add_wave(Numbers& numbers, std::vector<float>& channel, double onset, double size, double frequency, double rise,
              double decay) {
  const double turn = 2 * std::numbers::pi * frequency / rate, damping = 0.92;
  double y1 = 0, y2 = 0;  // a resonator of that frequency, driven by noise
  const int64_t begin = static_cast<int64_t>(std::ceil(onset)), n = static_cast<int64_t>(channel.size());
  for (int64_t i = begin; i < n && i < begin + static_cast<int64_t>(6 * decay * rate); ++i) {
    const double y =
        2 * damping * std::cos(turn) * y1 - damping * damping * y2 + numbers.normal() + (i == begin ? 4 : 0);
    y2 = y1;
    y1 = y;
    const double t = (static_cast<double>(i) - onset) / rate;
    channel[i] += static_cast<float>(size * y * std::exp(-t / decay) * (1 - std::exp(-(t + 0.01) / rise)));
  }
}

}  // namespace

ToyRecord toy_record(uint64_t seed, int64_t samples, double spacing) {
  Numbers numbers(seed);
  ToyRecord record;
  for (auto& channel : record.channels) {
    channel.assign(samples, 0.0f);
    add_noise(numbers, channel);
  }
  for (double p = numbers.uniform(0.2, 1) * spacing; p < static_cast<double>(samples) - 600;
       p += numbers.uniform(0.6, 1.4) * spacing) {
    const double s = p + rate * numbers.uniform(1, 4), size = std::exp(numbers.uniform(std::log(1.2), std::log(12.0)));
    const double up = numbers.uniform(0.6, 1), azimuth = numbers.uniform(0, 2 * std::numbers::pi);
    const double p_frequency = numbers.uniform(6, 14), s_frequency = numbers.uniform(3, 7);
    const double along[3] = {std::sin(azimuth), std::cos(azimuth), 1};
    for (size_t c = 0; c < 3; ++c) {
      const double p_part = c == 2 ? up : 0.5 * std::abs(along[c]),
                   s_part = c == 2 ? 0.5 : 0.6 + std::abs(along[1 - c]);
      add_wave(numbers, record.channels[c], p, 0.8 * size * p_part, p_frequency, 0.02, 0.8);
      add_wave(numbers, record.channels[c], s, 1.6 * size * s_part, s_frequency, 0.04, 1.5);
    }
    record.events.push_back({p, s});
  }
  return record;
}

}  // namespace seisgrad
