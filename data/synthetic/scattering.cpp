#include "data/synthetic/scattering.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

constexpr int bands = 3;

struct Envelopes {
  std::vector<float> forward[3];   // energy a sample of each component, polarised
  std::vector<float> coda[bands];  // of each band, for all components
};

double squared(const std::array<double, 3>& v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }

// Adds energy * (rising: t / w^2, else 1 / w) exp(-t / w) / rate from the sample `onset` on.
void add_decay(std::vector<float>& e, double onset, double width, double energy, bool rising, double rate) {
  const auto n = static_cast<double>(e.size());
  const double first = std::ceil(std::max(0.0, onset)), w = width * rate;
  const auto last = static_cast<std::size_t>(std::clamp(std::ceil(onset + (rising ? 12 : 9) * w), 0.0, n));
  if (first >= n) return;
  const float keep = static_cast<float>(std::exp(-1 / w));
  float value = static_cast<float>(energy / w * std::exp(-(first - onset) / w));
  float t = static_cast<float>((first - onset) / w);
  const auto step = static_cast<float>(1 / w);
  for (auto i = static_cast<std::size_t>(first); i < last; ++i) {
    e[i] += rising ? value * t : value;
    value *= keep, t += step;
  }
}

// The coda of one kind of wave: straight lines between knots that lie ever further apart.
void add_coda(const Scattering& s, Wave wave, double onset, double travel, double energy, double rate, Envelopes& out) {
  const auto n = static_cast<double>(out.coda[0].size());
  const double speed = s.distance / std::max(0.05, travel), share = wave == Wave::p ? s.p_share : 1;
  const double rise = std::max(0.03, 0.04 * travel);
  const double centre[bands] = {s.band[0] / 2, std::sqrt(s.band[0] * s.band[1]), 1.7 * s.band[1]};
  double quality[bands];
  for (int b = 0; b < bands; ++b) quality[b] = s.quality * std::pow(std::max(0.3, centre[b]), s.quality_power);
  const auto level = [&](int b, double t) {
    if (t <= 0) return 0.0;
    // what a P scatters is S mostly and slow: it does not fade until S itself comes, 0.73 of P's travel later
    const double x = 1 + std::max(t, (wave == Wave::p ? 0.73 : 0.02) * travel) / travel;
    const double k = std::log((x + 1) / (x - 1)) / x;
    return energy * share * s.per_km * speed * k * (1 - std::exp(-t / rise)) *
           std::exp(-2 * M_PI * centre[b] * t / quality[b]) / rate;
  };
  double knot = std::max(0.0, onset), gap = std::max(1.0, 0.3 * rise * rate);
  while (knot < n) {
    const double next = knot + gap;
    const auto begin = static_cast<std::size_t>(std::ceil(knot)),
               end = static_cast<std::size_t>(std::min(n, std::ceil(next)));
    for (int b = 0; b < bands; ++b) {
      const double e1 = level(b, (knot - onset) / rate), e2 = level(b, (next - onset) / rate);
      const auto slope = static_cast<float>((e2 - e1) / gap);
      auto value = static_cast<float>(e1 + (static_cast<double>(begin) - knot) / gap * (e2 - e1));
      for (std::size_t i = begin; i < end; ++i)
        out.coda[b][i] += std::max(0.f, value), value += slope;  // rounding must not make it negative
    }
    knot = next, gap *= 1.15;
  }
}

void add_pulse(std::vector<float>& x, double at, double level) {
  const double whole = std::floor(at);
  if (whole < 0 || whole + 1 >= static_cast<double>(x.size())) return;
  const auto i = static_cast<std::size_t>(whole);
  x[i] += static_cast<float>(level * (1 - (at - whole)));
  x[i + 1] += static_cast<float>(level * (at - whole));
}

float pole(double f, double rate) { return static_cast<float>(1 - std::exp(-2 * M_PI * f / rate)); }

}  // namespace

void fill_white(RandomKey key, std::span<float> x) {
  const float scale = static_cast<float>(std::sqrt(6.) / 65536);
  for (std::size_t i = 0; i < x.size(); i += 4) {
    const PhiloxBlock block = random_words(key, i / 4);
    for (std::size_t j = 0; j < 4 && i + j < x.size(); ++j) {
      const std::uint32_t word = block.word[j];
      x[i + j] = scale * static_cast<float>(static_cast<int>((word & 0xFFFF) + (word >> 16)) - 65535);
    }
  }
}

void add_waves(std::span<const Incoming> incoming, Wave wave, const Scattering& s, const Site& site, double rate,
               RandomKey key, Wavetrain& train) {
  const std::size_t n = train.x[0].size();
  Envelopes e;
  for (auto& v : e.forward) v.resize(n);
  for (auto& v : e.coda) v.resize(n);
  const double lost = 1 - std::exp(-s.distance / s.length), width = s.width * (wave == Wave::p ? 0.8 : 1);
  const Incoming *first = nullptr, *strongest = nullptr;
  double energy = 0, scale = 0;
  for (const Incoming& ray : incoming) scale = std::max(scale, squared(ray.level));
  if (scale == 0) return;
  for (const Incoming& ray : incoming) {
    if (ray.wave != wave) continue;
    const double onset = ray.time * rate, own = squared(ray.level);
    const double through = std::sqrt((1 - lost) / (1 + site.scatter_strength));
    for (int c = 0; c < 3; ++c) {
      add_pulse(train.x[c], onset, ray.level[static_cast<std::size_t>(c)] * through);
      // scattered waves keep most of the pulse's polarisation; dividing by the largest keeps floats in range
      const double polarised = (0.75 * std::pow(ray.level[static_cast<std::size_t>(c)], 2) + 0.25 * own / 3) / scale;
      if (ray.scatters) add_decay(e.forward[c], onset, width, polarised * lost, true, rate);
      add_decay(e.forward[c], onset, site.scatter_time,
                polarised * (1 - lost) * site.scatter_strength / (1 + site.scatter_strength), false, rate);
    }
    if (!ray.scatters) continue;
    energy += own;
    if (!first || ray.time < first->time) first = &ray;
    if (!strongest || own > squared(strongest->level)) strongest = &ray;
  }
  if (!first) return;
  add_coda(s, wave, first->time * rate, first->travel, energy / scale, rate, e);

  std::vector<float> common(n), own(n);
  fill_white(key, common);
  const float a1 = pole(s.band[0], rate), a2 = pole(std::min(s.band[1], 0.45 * rate), rate),
              size = static_cast<float>(std::sqrt(scale));
  const auto together = static_cast<float>(s.polarised), apart = static_cast<float>(1 - s.polarised * s.polarised);
  for (int c = 0; c < 3; ++c) {
    ++key.stream;
    fill_white(key, own);
    const float sign = strongest->level[static_cast<std::size_t>(c)] < 0 ? -size * together : size * together;
    const double vertical = wave == Wave::p ? 0.8 * s.vertical : s.vertical;  // a P scatters into S mostly
    const auto part = static_cast<float>(c == 2 ? vertical * vertical : 1);
    float low = 0, middle = 0;
    for (std::size_t i = 0; i < n; ++i) {
      low += a1 * (own[i] - low);
      middle += a2 * (own[i] - middle);
      const float f = e.forward[c][i] * apart;
      train.x[c][i] +=
          sign * std::sqrt(e.forward[c][i]) * common[i] +
          size * (std::sqrt(f + part * e.coda[0][i]) * low + std::sqrt(f + part * e.coda[1][i]) * (middle - low) +
                  std::sqrt(f + part * e.coda[2][i]) * (own[i] - middle));
    }
  }
}

Scattering random_scattering(double distance, bool teleseismic, Dice& dice) {
  Scattering s;
  s.distance = distance;
  s.per_km = dice.log_uniform(0.002, 0.04);
  s.p_share = dice.log_uniform(6, 36);
  s.quality = distance < 8 ? dice.log_uniform(6, 60) : dice.log_uniform(40, 250);  // rocks near the surface
  s.quality_power = dice.uniform(0.5, 1);
  s.length = dice.log_uniform(20, 200);
  s.width = dice.log_uniform(0.15, 0.8) * std::pow(distance / 50, 0.9);
  s.polarised = dice.uniform(0.2, 0.8);
  s.vertical = dice.uniform(0.7, 1.1);
  if (teleseismic) {  // most of the way is smooth; the coda comes from the crust below the station
    s.per_km = dice.log_uniform(2e-5, 3e-4);
    s.quality = dice.log_uniform(150, 600);
    s.length = dice.log_uniform(1e4, 1e5);
    s.width = dice.log_uniform(0.5, 4);
    s.band[0] = 0.4, s.band[1] = 2;
  }
  return s;
}

}  // namespace seisgrad
