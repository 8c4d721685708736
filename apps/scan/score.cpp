#include "apps/scan/score.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <stdexcept>

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

// Writes the windows that begin at `starts`, as (windows,3,length). What a short segment leaves of its window is not
// written: normalisation makes it zeros.
void fill_windows(std::span<real> values, const ComponentSegment& segment, std::span<const int64_t> starts,
                  int64_t length, const PreprocessingProfile& profile) {
  const auto order = channel_order(profile.component_order);
  const int64_t filled = std::min(length, segment.size());
  parallel_for(static_cast<int64_t>(starts.size()), [&](int64_t w) {
    for (int64_t c = 0; c < 3; ++c)
      std::copy_n(segment.channels[order[c]].begin() + starts[w], filled, values.begin() + (3 * w + c) * length);
  });
}

void add_windows(Stack& stack, std::span<const real> probabilities, std::span<const int64_t> starts, int64_t length) {
  std::vector<float> window(length);
  for (size_t w = 0; w < starts.size(); ++w) {
    std::copy_n(probabilities.begin() + static_cast<int64_t>(w) * length, length, window.begin());
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
                        .stack = options.stack};
  require(plan.stride >= 1 && plan.stride <= length, "scan: a stride of ", stride / rate,
          " s must be more than 0 and at most the window's ", static_cast<double>(length) / rate, " s");
  Stack(1, length, plan.stride, plan.blind, plan.stack);  // refuses a blind edge that leaves samples unscored
  return plan;
}

WindowOptions window_options(const PreprocessingProfile& profile, int64_t filled) {
  require(profile.normalisation != Normalisation::max_joint, "scan: EQTransformer is never trained on max_joint");
  const WindowScale scale = profile.normalisation == Normalisation::std_per_channel   ? WindowScale::std_per_channel
                            : profile.normalisation == Normalisation::max_per_channel ? WindowScale::max_per_channel
                                                                                      : WindowScale::std_joint;
  return {.scale = scale, .filled = filled, .taper = profile.window_taper_samples};
}

std::optional<Probabilities> score(Inference& network, const ComponentSegment& segment, const WindowPlan& plan,
                                   const PreprocessingProfile& profile, const std::function<bool(int64_t)>& done) {
  const int64_t samples = segment.size();
  const std::vector<int64_t> starts = window_starts(samples, plan.length, plan.stride);
  std::vector<Stack> stacks(3, Stack(samples, plan.length, plan.stride, plan.blind, plan.stack));
  network.forget_started();                        // of a segment that was given up
  std::deque<std::span<const int64_t>> in_flight;  // the batches started, by their windows
  const auto finish_first = [&] {
    const auto outputs = network.finish();
    const auto windows = in_flight.front();
    in_flight.pop_front();
    for (size_t k = 0; k < 3; ++k) add_windows(stacks[k], outputs[k], windows, plan.length);
    return done(static_cast<int64_t>(windows.size()));
  };
  for (std::span<const int64_t> left(starts); !left.empty() || !in_flight.empty();) {
    const auto next = left.first(std::min(left.size(), static_cast<size_t>(network.batch())));
    if (!next.empty()) {
      try {
        fill_windows(network.input(static_cast<int64_t>(next.size())), segment, next, plan.length, profile);
        network.start();
      } catch (const std::bad_alloc& error) {
        while (!in_flight.empty())
          if (!finish_first()) return std::nullopt;
        network.halve_batch(error);
        continue;
      }
      in_flight.push_back(next);
      left = left.subspan(next.size());
    }
    if ((next.empty() || in_flight.size() == network.depth()) && !finish_first()) return std::nullopt;
  }
  return Probabilities{stacks[0].finish(), stacks[1].finish(), stacks[2].finish()};
}

}  // namespace seisgrad
