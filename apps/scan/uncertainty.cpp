#include "apps/scan/uncertainty.h"

#include <algorithm>
#include <cmath>

#include "apps/scan/score.h"
#include "autograd/ops.h"

namespace seisgrad {

std::array<std::vector<float>, 3> dropout_passes(const EQTransformer& model, const Tensor& x, uint64_t seed,
                                                 uint32_t number) {
  // a pass's random numbers are keyed by its place in the batch and the window's number, whatever else is scored
  Pass pass;
  pass.spatial_dropout = true;
  pass.seed = seed;
  pass.step = number;
  const auto y = model(x, pass);
  std::array<std::vector<float>, 3> passes;
  for (size_t k = 0; k < 3; ++k) {
    const Tensor host = (k == 0 ? y.detection : k == 1 ? y.p : y.s).to(Device::cpu);
    passes[k].assign(host.values().begin(), host.values().end());
  }
  return passes;
}

PickSpread spread_at(std::span<const float> trace, int64_t samples, int64_t sample, double rate) {
  const int64_t passes = static_cast<int64_t>(trace.size()) / samples;
  const auto reach = static_cast<int64_t>(std::llround(0.5 * rate));
  const int64_t from = std::max<int64_t>(0, sample - reach), to = std::min(samples, sample + reach + 1);
  double mean = 0, square = 0, time = 0, time_square = 0;
  for (int64_t k = 0; k < passes; ++k) {
    const auto pass = trace.begin() + k * samples;
    const double p = pass[sample], n = static_cast<double>(passes);
    const double t = static_cast<double>(std::max_element(pass + from, pass + to) - (pass + sample)) / rate;
    mean += p / n, square += p * p / n, time += t / n, time_square += t * t / n;
  }
  return {mean, std::sqrt(std::max(0.0, square - mean * mean)), std::sqrt(std::max(0.0, time_square - time * time))};
}

std::vector<std::vector<PickSpread>> pick_spreads(const EQTransformer& model, const ComponentSegment& segment,
                                                  const ScoredSegment& scored, const PreprocessingProfile& profile,
                                                  DropoutPasses options, Device device) {
  const int64_t length = model.config().samples, filled = std::min(length, segment.size());
  std::vector<std::vector<PickSpread>> spreads;
  uint32_t number = 0;
  for (size_t k = 0; k < scored.phases.size(); ++k) {
    spreads.emplace_back();
    for (const Peak& pick : scored.phases[k].picks) {
      const int64_t begin = std::clamp<int64_t>(pick.sample - length / 2, 0, segment.size() - filled);
      Tensor x({options.passes, 3, length});
      const std::span<real> values = x.write();
      for (size_t row = 0; row < 3 * static_cast<size_t>(options.passes); ++row) {
        const size_t channel = std::string("ENZ").find(profile.component_order[row % 3]);
        std::copy_n(segment.channels[channel].begin() + begin, filled,
                    values.begin() + static_cast<int64_t>(row) * length);
      }
      const auto passes = dropout_passes(model, normalise_windows(x.to(device), window_options(profile, filled)),
                                         options.seed, number++);
      spreads.back().push_back(spread_at(passes[k + 1], length, pick.sample - begin, profile.rate));
    }
  }
  return spreads;
}

}  // namespace seisgrad
