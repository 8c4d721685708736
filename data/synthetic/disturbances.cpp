#include "data/synthetic/disturbances.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

struct Burst {
  double onset, rise, decay;  // s; from the onset the strength grows as 1 - exp(-t / rise), and dies as exp(-t / decay)
  double frequency, width;    // Hz
  double amplitude[3];
};

// A resonator that noise shakes, scaled to its peak.
void add_burst(const Burst& b, double rate, Dice& dice, Wavetrain& out) {
  const auto n = static_cast<double>(out.x[0].size());
  const double begin = std::max(0.0, b.onset * rate), end = std::min(n, begin + (4 * b.rise + 5 * b.decay) * rate);
  if (begin + 2 >= end) return;
  const double radius = std::exp(-M_PI * b.width / rate);
  const double a1 = 2 * radius * std::cos(2 * M_PI * std::min(b.frequency, 0.45 * rate) / rate), a2 = -radius * radius;
  const auto first = static_cast<std::size_t>(begin), count = static_cast<std::size_t>(end - begin);
  std::vector<float> y(count);
  for (int c = 0; c < 3; ++c) {
    double y1 = 0, y2 = 0, peak = 1e-30, risen = 1, left = 1;
    const double keep_rise = std::exp(-1 / (b.rise * rate)), keep = std::exp(-1 / (b.decay * rate));
    for (float& value : y) {
      const double w = dice.uniform() - 0.5, now = w * (1 - risen) * left + a1 * y1 + a2 * y2;
      y2 = y1, y1 = now;
      risen *= keep_rise, left *= keep;
      value = static_cast<float>(now);
      peak = std::max(peak, std::abs(now));
    }
    const auto scale = static_cast<float>(b.amplitude[c] / peak);
    for (std::size_t i = 0; i < count; ++i) out.x[c][first + i] += scale * y[i];
  }
}

void add_machine(double level, double rate, Dice& dice, Wavetrain& out) {
  const double base = dice.log_uniform(1.5, 45), seconds = static_cast<double>(out.x[0].size()) / rate;
  const double from = dice.chance(0.6) ? -10 : dice.uniform(0, seconds),
               until = dice.chance(0.6) ? seconds : dice.uniform(from, seconds);
  for (int harmonic = 1; harmonic <= 4 && harmonic * base < 0.45 * rate; ++harmonic) {
    if (harmonic > 1 && dice.chance(0.5)) continue;
    const double turn = 2 * M_PI * harmonic * base / rate, drift = dice.uniform(0, 0.4),
                 pace = 2 * M_PI * dice.log_uniform(0.02, 1) / rate;
    for (int c = 0; c < 3; ++c) {
      const double size = level * dice.log_uniform(0.1, 2) / harmonic;
      double re = size, im = 0, beat = dice.uniform(0, 2 * M_PI);
      const double cosine = std::cos(turn), sine = std::sin(turn);
      const auto begin = static_cast<std::size_t>(std::max(0.0, from * rate)),
                 end = static_cast<std::size_t>(std::max(0.0, until * rate));
      float strength = 1;
      for (std::size_t i = begin; i < std::min(end, out.x[c].size()); ++i) {
        if (i % 16 == 0) strength = static_cast<float>(1 + drift * std::sin(beat)), beat += 16 * pace;
        out.x[c][i] += strength * static_cast<float>(im);
        const double next = re * cosine - im * sine;
        im = re * sine + im * cosine, re = next;
      }
    }
  }
}

void random_amplitude(double size, Dice& dice, double (&amplitude)[3]) {
  for (double& a : amplitude) a = size * dice.log_uniform(0.2, 1);
}

}  // namespace

void add_disturbances(double level, double rate, double likely, Dice& dice, Wavetrain& out) {
  const double seconds = static_cast<double>(out.x[0].size()) / rate, highest = 0.4 * rate;
  const auto high = [&](double low, double most) {
    return dice.log_uniform(std::min(low, highest / 2), std::min(most, highest));
  };
  if (dice.chance(0.15 * likely)) add_machine(level, rate, dice, out);
  Burst b{};
  if (dice.chance(0.15 * likely)) {  // a vehicle comes and goes
    b = {dice.uniform(-10, seconds), dice.uniform(2, 10), dice.uniform(2, 8), high(4, 30), dice.log_uniform(2, 15), {}};
    random_amplitude(level * dice.log_uniform(2, 40), dice, b.amplitude);
    add_burst(b, rate, dice, out);
  }
  if (dice.chance(0.05 * likely)) {  // somebody walks by, or works
    b = {dice.uniform(0, seconds), 0.01, dice.log_uniform(0.03, 0.2), high(6, 35), dice.log_uniform(2, 10), {}};
    const double pause = dice.uniform(0.35, 1.5), size = level * dice.log_uniform(3, 50);
    for (int step = 3 + dice.below(20); step > 0 && b.onset < seconds; --step) {
      random_amplitude(size * dice.log_uniform(0.4, 1), dice, b.amplitude);
      add_burst(b, rate, dice, out);
      b.onset += pause * dice.uniform(0.9, 1.1);
    }
  }
  if (dice.chance(0.12 * likely)) {
    for (int thumps = 1 + dice.below(3); thumps > 0; --thumps) {
      b = {dice.uniform(0, seconds),  dice.log_uniform(0.003, 0.5),
           dice.log_uniform(0.05, 2), high(1.5, 35),
           dice.log_uniform(0.5, 20), {}};
      random_amplitude(level * dice.log_uniform(3, 100), dice, b.amplitude);
      add_burst(b, rate, dice, out);
    }
  }
  const auto n = out.x[0].size();
  const auto any = [&] { return static_cast<std::size_t>(dice.uniform() * static_cast<double>(n)); };
  if (dice.chance(0.04 * likely)) {
    for (int spikes = 1 + dice.below(4); spikes > 0; --spikes) {
      const std::size_t i = any();
      const double size = level * dice.log_uniform(5, 500) * (dice.chance(0.5) ? 1 : -1);
      const bool all = dice.chance(0.4);
      const int only = dice.below(3);
      for (int c = 0; c < 3; ++c)
        if (all || c == only) out.x[c][i] += static_cast<float>(size);
    }
  }
  if (dice.chance(0.03 * likely)) {  // a mass jumps, or the power does
    const std::size_t i = any();
    const double size = level * dice.log_uniform(5, 500), keep = std::exp(-1 / (dice.log_uniform(0.3, 60) * rate));
    const int only = dice.below(4);  // 3: all
    for (int c = 0; c < 3; ++c) {
      double value = size * dice.uniform(-1, 1);
      if (only == 3 || c == only)
        for (std::size_t j = i; j < n; ++j) out.x[c][j] += static_cast<float>(value), value *= keep;
    }
  }
}

Faults random_faults(double level, double rate, std::size_t samples, double vertical_only, double likely, Dice& dice) {
  Faults f;
  f.least_count = level * (dice.chance(0.12) ? dice.log_uniform(0.3, 3) : dice.log_uniform(1e-3, 0.3));
  if (dice.chance(0.02 * likely)) f.clip = dice.uniform(0.1, 0.8);
  f.vertical_only = dice.chance(vertical_only * likely);
  if (dice.chance(0.04 * likely) && !f.vertical_only) f.dead[dice.below(3)] = true;
  if (dice.chance(0.03 * likely)) {
    const double seconds = static_cast<double>(samples) / rate;
    for (int gaps = 1 + dice.below(2); gaps > 0; --gaps) {
      const double begin = dice.uniform(0, seconds),
                   end = std::min(seconds, begin + dice.log_uniform(0.3, 0.3 * seconds));
      f.gaps.push_back({static_cast<std::size_t>(begin * rate), static_cast<std::size_t>(end * rate)});
    }
  }
  return f;
}

void digitise(const Faults& f, Wavetrain& out) {
  const auto count = static_cast<float>(f.least_count);
  float peak = 0;
  for (const auto& x : out.x)
    for (const float v : x) peak = std::max(peak, std::abs(v));
  const float most = peak * static_cast<float>(f.clip);
  for (auto& x : out.x) {
    if (f.clip > 0)
      for (float& v : x) v = std::clamp(v, -most, most);
    if (f.least_count > 0)
      for (float& v : x) v = count * std::nearbyint(v / count);
  }
}

void blank(const Faults& f, Wavetrain& out) {
  for (int c = 0; c < 3; ++c) {
    if (f.dead[c] || (f.vertical_only && c < 2)) std::fill(out.x[c].begin(), out.x[c].end(), 0.f);
    for (const Gap& gap : f.gaps)
      for (std::size_t i = gap.begin; i < std::min(gap.end, out.x[c].size()); ++i) out.x[c][i] = 0;
  }
}

}  // namespace seisgrad
