#include "data/augment.h"

#include <algorithm>
#include <cmath>

#include "data/dice.h"
#include "data/snr.h"

namespace seisgrad {
namespace {

// Which numbers a change draws: its stream.
enum Change : std::uint16_t { shifting, adding, mixing, hissing, dropping, scaling, emphasising, gapping };

class Augmentation {
 public:
  Augmentation(Window& window, const AugmentOptions& options, RandomKey key, std::int64_t example)
      : w_(window), o_(options), key_(key), example_(example) {}

  void shift(double probability);
  void second_event();
  void real_noise(const NoiseOf& noise);
  void gaussian_noise();
  void dropped_channel();
  void scale();
  void pre_emphasis();
  void gap();
  bool clear() const;

 private:
  Dice dice(Change change) const {
    RandomKey key = key_;
    key.stream = change;
    return {key, example_};
  }
  float* channel(int c) const { return w_.samples.data() + c * w_.length; }
  double last_sample() const;

  Window& w_;
  const AugmentOptions& o_;
  RandomKey key_;
  std::int64_t example_;
};

// Of the signal: the coda's end, or the end of the last detection.
double Augmentation::last_sample() const {
  double end = std::isnan(w_.coda_end) ? 0 : w_.coda_end;
  for (const EventSamples& e : w_.events)
    if (std::isnan(w_.coda_end)) end = std::max(end, e.end(unknown, w_.rate));
  return end;
}

bool Augmentation::clear() const {
  if (w_.noise || w_.events.empty() || std::isnan(w_.events[0].p)) return false;
  constexpr std::size_t side = 100;
  const std::int64_t p = std::llround(w_.events[0].p);
  for (int c = 0; c < 3; ++c) {
    double snr = w_.snr_db[c];
    if (std::isnan(snr)) {
      if (p < std::int64_t{side} || p + std::int64_t{side} > w_.length) return false;
      snr = snr_db({channel(c) + p - side, side}, {channel(c) + p, side});
    }
    if (!(snr >= o_.clear_db)) return false;  // nor where it is unknown
  }
  return true;
}

void Augmentation::shift(double probability) {
  Dice d = dice(shifting);
  const double room = static_cast<double>(w_.length) - last_sample();
  if (!d.chance(probability) || room <= 1) return;
  const auto by = static_cast<std::int64_t>(d.uniform(1, room));
  for (const EventSamples& e : w_.events)
    for (const double t : {e.p, e.s})
      if (t + static_cast<double>(by) >= static_cast<double>(w_.length)) return;
  for (int c = 0; c < 3; ++c) std::rotate(channel(c), channel(c) + w_.length - by, channel(c) + w_.length);
  for (EventSamples& e : w_.events) e.p += static_cast<double>(by), e.s += static_cast<double>(by);
  w_.coda_end += static_cast<double>(by);
}

void Augmentation::second_event() {
  Dice d = dice(adding);
  if (!d.chance(o_.second_event) || w_.events.size() != 1 || !clear()) return;
  const EventSamples first = w_.events[0];
  if (std::isnan(first.s)) return;
  const double n = static_cast<double>(w_.length), delay = first.s - first.p, end = last_sample();
  if (n - delay - 21 - end <= 20) return;
  const std::int64_t p = std::llround(first.p);
  const std::int64_t start = d.integer(static_cast<std::int64_t>(end), static_cast<std::int64_t>(n - delay - 21));
  if (start <= p || p < 0) return;
  const float factor = 1 / static_cast<float>(d.integer(1, 10));
  for (int c = 0; c < 3; ++c) {
    const std::vector<float> before(channel(c) + p, channel(c) + p + w_.length - start);
    for (std::size_t i = 0; i < before.size(); ++i)
      channel(c)[start + static_cast<std::int64_t>(i)] += factor * before[i];
  }
  const double by = static_cast<double>(start - p);
  w_.events.push_back({first.p + by, first.s + by});
}

double root_mean_square(const float* x, std::int64_t n) {
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += x[i], squares += double(x[i]) * x[i];
  const double count = static_cast<double>(n), mean = sum / count;
  return std::sqrt(std::max(0.0, squares / count - mean * mean));
}

void Augmentation::real_noise(const NoiseOf& noise) {
  Dice d = dice(mixing);
  if (!noise || !d.chance(o_.real_noise) || !clear()) return;
  const double snr = d.uniform(o_.real_noise_low, o_.real_noise_high);
  const std::vector<float> added = noise(static_cast<std::uint32_t>(d.uniform() * 0x1p32));
  if (added.size() != w_.samples.size()) return;
  const std::int64_t begin = std::clamp<std::int64_t>(std::llround(w_.events[0].p), 0, w_.length - 1);
  const std::int64_t end = std::clamp<std::int64_t>(std::llround(last_sample()), begin + 1, w_.length);
  double signal = 0, loudness = 0;  // of the loudest channel each: the ratio between channels is the noise's own
  for (int c = 0; c < 3; ++c) {
    signal = std::max(signal, root_mean_square(channel(c) + begin, end - begin));
    loudness = std::max(loudness, root_mean_square(added.data() + c * w_.length, w_.length));
  }
  if (loudness == 0) return;
  const auto factor = static_cast<float>(signal / loudness * std::pow(10, -snr / 20));
  for (std::size_t i = 0; i < added.size(); ++i) w_.samples[i] += factor * added[i];
}

void Augmentation::gaussian_noise() {
  Dice d = dice(hissing);
  if (!d.chance(o_.gaussian_noise) || !clear()) return;
  for (int c = 0; c < 3; ++c) {
    float* const x = channel(c);
    const float deviation = static_cast<float>(d.uniform(0.01, 0.15)) * *std::max_element(x, x + w_.length);
    float one, other;
    for (std::int64_t i = 0; i < w_.length; i += 2) {
      d.normals(one, other);
      x[i] += deviation * one;
      if (i + 1 < w_.length) x[i + 1] += deviation * other;
    }
  }
}

void Augmentation::dropped_channel() {
  Dice d = dice(dropping);
  if (!d.chance(o_.dropped_channel) || !(w_.noise || clear())) return;
  bool kept[3];
  for (bool& k : kept) k = d.chance(0.5);
  const int left = kept[0] + kept[1] + kept[2];
  if (left == 0) return;
  for (int c = 0; c < 3; ++c)
    for (float* x = channel(c); x < channel(c) + w_.length; ++x) *x = kept[c] ? *x * (3.0f / float(left)) : 0;
}

void Augmentation::scale() {
  Dice d = dice(scaling);
  const bool grow = d.chance(o_.scale), shrink = d.chance(o_.scale);
  const auto by = static_cast<float>(d.uniform(1, 3));
  if (!grow && !shrink) return;
  for (float& x : w_.samples) x = grow ? x * by : x / by;
}

void Augmentation::pre_emphasis() {
  if (!dice(emphasising).chance(o_.pre_emphasis)) return;
  for (int c = 0; c < 3; ++c)
    for (std::int64_t i = w_.length - 1; i > 0; --i) channel(c)[i] -= 0.97f * channel(c)[i - 1];
}

void Augmentation::gap() {
  Dice d = dice(gapping);
  if (!d.chance(o_.gap) || w_.length < 12) return;
  const std::int64_t begin = d.integer(0, w_.length * 2 / 3), end = d.integer(begin, w_.length * 11 / 12);
  for (int c = 0; c < 3; ++c) std::fill(channel(c) + begin, channel(c) + end, 0.0f);
}

}  // namespace

void augment(Window& window, const AugmentOptions& options, RandomKey key, std::int64_t example, bool plain,
             const NoiseOf& noise) {
  Augmentation a(window, options, key, example);
  if (!window.noise) a.shift(plain ? options.shift / 2 : options.shift);
  if (plain) return;
  if (!window.noise) {
    a.second_event();
    a.real_noise(noise);
    a.gaussian_noise();
  }
  a.dropped_channel();
  if (window.noise) {
    a.gap();
    return;
  }
  a.scale();
  a.pre_emphasis();
}

}  // namespace seisgrad
