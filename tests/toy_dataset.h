// A packed data set of toy seismograms for tests of training: an oscillation at P, a slower and larger one at S, noise.
#pragma once
#include <cmath>
#include <string>

#include "data/packed.h"
#include "kernels/philox.h"

namespace seisgrad {

inline LabelledTrace toy_trace(std::int64_t i, std::int64_t samples, double rate = 100) {
  LabelledTrace t;
  t.info.id = "toy" + std::to_string(i);
  t.info.event = i % 4 == 0 ? "" : "event" + std::to_string(i / 3);
  t.info.samples = samples;
  t.info.rate = rate;
  t.info.noise = i % 4 == 0;
  const auto random = [&](std::uint64_t k) {
    return random_word({static_cast<std::uint64_t>(i), Purpose::toy_record}, k) * 0x1p-32;
  };
  const double n = static_cast<double>(samples), p = n * (0.2 + 0.2 * random(0)), s = p + n * (0.1 + 0.1 * random(1));
  if (!t.info.noise) t.info.arrivals = {{"P", std::floor(p)}, {"S", std::floor(s)}};
  if (!t.info.noise) t.info.coda_end = s + 0.2 * n;
  for (std::int64_t k = 0; k < 3 * samples; ++k) {
    const double at = static_cast<double>(k % samples);
    double v = 0.1 * (random(static_cast<std::uint64_t>(2 + k)) - 0.5);
    if (!t.info.noise && at >= p) v += std::exp(-(at - p) / (n / 8)) * std::sin(at * 0.35);
    if (!t.info.noise && at >= s) v += 2 * std::exp(-(at - s) / (n / 5)) * std::sin(at * 0.12);
    t.samples.push_back(static_cast<float>(v));
  }
  return t;
}

inline void write_toy_dataset(const std::string& folder, std::int64_t traces, std::int64_t samples, double rate = 100) {
  PackedWriter writer(folder);
  for (std::int64_t i = 0; i < traces; ++i) writer.add(toy_trace(i, samples, rate));
  writer.finish();
}

// Fields of the configuration that make an EQTransformer of a few thousand parameters for 256 samples.
inline const char* const toy_network =
    R"({"samples":256,"filters":[4,8],"kernels":[5,3],"residual_kernels":[3,2],"bilstm_blocks":1,"lstm_units":8,)"
    R"("attention_units":8,"feed_forward_units":16,"crop_stage":0,"crop_left":0,"crop_right":0})";

}  // namespace seisgrad
