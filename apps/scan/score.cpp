#include "apps/scan/score.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "apps/scan/normalise.h"
#include "apps/scan/windows.h"
#include "kernels/parallel.h"

namespace seisgrad {
namespace {

// Which channel (E, N, Z) the network expects at each of its inputs.
std::array<size_t, 3> channel_order(const std::string& order) {
  std::array<size_t, 3> channels{};
  require(order.size() == 3, "component order must name three components, got \"", order, "\"");
  for (size_t i = 0; i < 3; ++i) {
    const size_t component = std::string("ENZ").find(order[i]);
    require(component != std::string::npos, "component order must be made of E, N and Z, got \"", order, "\"");
    channels[i] = component;
  }
  return channels;
}

// Windows starts[first..first+count) of the segment, normalised, as (count,3,length).
Tensor make_batch(const ComponentSegment& segment, std::span<const int64_t> starts, int64_t length,
                  const PreprocessingProfile& profile) {
  const auto order = channel_order(profile.component_order);
  const int64_t filled = std::min(length, segment.size());
  Tensor batch({static_cast<int64_t>(starts.size()), 3, length});
  const auto values = batch.write();
  parallel_for(static_cast<int64_t>(starts.size()), [&](int64_t w) {
    std::vector<float> window(3 * length);
    for (size_t c = 0; c < 3; ++c)
      std::copy_n(segment.channels[order[c]].begin() + starts[w], filled,
                  window.begin() + static_cast<int64_t>(c) * length);
    normalise_window(window, length, filled, profile.normalisation, profile.window_taper_samples);
    std::copy(window.begin(), window.end(), values.begin() + 3 * length * w);
  });
  return batch;
}

void add_windows(Stack& stack, const Tensor& probabilities, std::span<const int64_t> starts, int64_t length) {
  const Tensor host = probabilities.to(Device::cpu);
  std::vector<float> window(length);
  for (size_t w = 0; w < starts.size(); ++w) {
    std::copy_n(host.values().begin() + static_cast<int64_t>(w) * length, length, window.begin());
    if (!std::all_of(window.begin(), window.end(), [](float p) { return p >= 0; }))
      throw std::domain_error("the network's output is not a number");
    stack.add(starts[w], window);
  }
}

}  // namespace

WindowPlan window_plan(const ScanOptions& options, const ScanSettings& settings, const EQTransformerConfig& config) {
  require(config.components == 3, "scan: the model takes ", config.components, " components, not 3");
  const double rate = settings.profile.rate;
  const int64_t length = config.samples;
  double stride = options.stride.value_or(settings.stride_seconds) * rate;
  if (options.overlap) stride = static_cast<double>(length) * (1 - *options.overlap);
  const WindowPlan plan{.length = length,
                        .stride = std::llround(stride),
                        .blind = std::llround(options.blind * rate),
                        .stack = options.stack,
                        .batch = options.batch,
                        .device = options.device};
  require(plan.stride >= 1 && plan.stride <= length, "scan: a stride of ", stride / rate,
          " s must be more than 0 and at most the window's ", static_cast<double>(length) / rate, " s");
  Stack(1, length, plan.stride, plan.blind, plan.stack);  // refuses a blind edge that leaves samples unscored
  return plan;
}

std::optional<Probabilities> score(const EQTransformer& model, const ComponentSegment& segment, const WindowPlan& plan,
                                   const PreprocessingProfile& profile, const std::function<bool(int64_t)>& done) {
  const int64_t samples = segment.size();
  const std::vector<int64_t> starts = window_starts(samples, plan.length, plan.stride);
  const auto stack = [&] { return Stack(samples, plan.length, plan.stride, plan.blind, plan.stack); };
  Stack detection = stack(), p = stack(), s = stack();
  for (size_t first = 0; first < starts.size(); first += static_cast<size_t>(plan.batch)) {
    const auto some =
        std::span(starts).subspan(first, std::min(starts.size() - first, static_cast<size_t>(plan.batch)));
    const auto output = model(make_batch(segment, some, plan.length, profile).to(plan.device));
    add_windows(detection, output.detection, some, plan.length);
    add_windows(p, output.p, some, plan.length);
    add_windows(s, output.s, some, plan.length);
    if (!done(static_cast<int64_t>(some.size()))) return std::nullopt;
  }
  return Probabilities{detection.finish(), p.finish(), s.finish()};
}

}  // namespace seisgrad
