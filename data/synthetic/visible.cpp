#include "data/synthetic/visible.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

constexpr int bands = NoiseBands::count;

// One sample in three bands, by filters of one pole.
class Splitter {
 public:
  Splitter(const NoiseBands& at, double rate) {
    for (int i = 0; i < bands; ++i) keep_[i] = static_cast<float>(1 - std::exp(-2 * M_PI * at.edge[i] / rate));
  }
  void split(float x, float (&band)[bands]) {
    for (float& slow : slow_) slow += keep_[0] * (x - slow), x -= slow;
    low_ += keep_[1] * (x - low_);
    middle_ += keep_[2] * (x - middle_);
    band[0] = low_, band[1] = middle_ - low_, band[2] = x - middle_;
  }

 private:
  float keep_[bands], slow_[2] = {0, 0}, low_ = 0, middle_ = 0;
};

double contrast(const Scene& scene, const PlacedEvent& event, const Incoming& ray) {
  const double rate = scene.config.rate, n = static_cast<double>(scene.frame);
  const auto sample = [&](double t) { return static_cast<std::size_t>(std::clamp(t * rate, 0.0, n)); };
  const double width = std::clamp(std::max(0.05 * ray.travel, event.at.scattering.width), 0.5, 5.0);
  const std::size_t start = sample(ray.time - width - 2 / scene.bands.edge[0]), from = sample(ray.time - width),
                    on = sample(ray.time), to = sample(ray.time + width);
  double best = 0;
  for (int c = 0; c < 3; ++c) {
    if (!scene.recorded[c]) continue;
    const std::vector<float>& x = event.waves.x[c];
    Splitter splitter(scene.bands, rate);
    double before[bands]{}, sum[bands]{}, most[bands]{};
    std::size_t length[bands], count[bands]{};
    for (int b = 0; b < bands; ++b)
      length[b] = static_cast<std::size_t>(std::max(4.0, rate * std::clamp(1 / scene.bands.edge[b], 0.15, width)));
    for (std::size_t i = start; i < to; ++i) {
      float y[bands];
      splitter.split(x[i], y);
      for (int b = 0; b < bands && i >= from; ++b) {
        (i < on ? before : sum)[b] += static_cast<double>(y[b]) * y[b];
        if (i < on || ++count[b] < length[b]) continue;
        most[b] = std::max(most[b], sum[b] / static_cast<double>(length[b]));
        sum[b] = 0, count[b] = 0;
      }
    }
    for (int b = 0; b < bands; ++b) {
      const double noise = scene.bands.power[b] * scene.gain[c] * scene.gain[c];
      best = std::max(best, most[b] / (noise + before[b] / static_cast<double>(std::max<std::size_t>(1, on - from))));
    }
  }
  return best;
}

}  // namespace

double power_between(const Wavetrain& train, double from, double to) {
  const auto n = static_cast<double>(train.x[0].size());
  const auto begin = static_cast<std::size_t>(std::clamp(from, 0.0, n)),
             end = static_cast<std::size_t>(std::clamp(to, 0.0, n));
  double sum = 0;
  for (const auto& x : train.x)
    for (std::size_t i = begin; i < end; ++i) sum += static_cast<double>(x[i]) * x[i];
  return end > begin ? sum / 3 / static_cast<double>(end - begin) : 0;
}

Sight first_seen(const Scene& scene, const PlacedEvent& event, Wave wave) {
  std::vector<const Incoming*> found;
  for (const Incoming& ray : event.at.incoming)
    if (ray.wave == wave && *ray.phase) found.push_back(&ray);
  std::sort(found.begin(), found.end(), [](const Incoming* a, const Incoming* b) { return a->time < b->time; });
  Sight best;
  for (const Incoming* ray : found) {
    const double now = contrast(scene, event, *ray);
    if (!best.ray || now > best.contrast) best = {ray, now};
    if (now >= clear_contrast) break;
  }
  return best;
}

}  // namespace seisgrad
