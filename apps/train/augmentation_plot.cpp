#include "apps/train/augmentation_plot.h"

#include <algorithm>

#include "apps/report/svg.h"
#include "data/normalise.h"
#include "data/window_examples.h"

namespace seisgrad {
namespace {

struct Change {
  const char* name;
  double AugmentOptions::*probability;
  bool of_noise;
};

constexpr Change changes[] = {
    {"shift", &AugmentOptions::shift, false},
    {"second event", &AugmentOptions::second_event, false},
    {"real noise", &AugmentOptions::real_noise, false},
    {"gaussian noise", &AugmentOptions::gaussian_noise, false},
    {"dropped channel", &AugmentOptions::dropped_channel, false},
    {"scale", &AugmentOptions::scale, false},
    {"pre-emphasis", &AugmentOptions::pre_emphasis, false},
    {"noise: dropped channel", &AugmentOptions::dropped_channel, true},
    {"noise: gap", &AugmentOptions::gap, true},
};

// The first trace of a category that can be used, as a window; of length 0 where there is none.
Window first_window(const TrainConfig& c, const Examples::Subset& data, std::int32_t category) {
  for (const ExampleRef& ref : data.order->refs()) {
    if (ref.category != category) continue;
    std::optional<LabelledTrace> trace = data.traces->read(ref);
    if (!trace) continue;
    if (c.data.filter) trace = filtered(*trace, c.preprocessing.profile);
    return cut_window(std::move(*trace), c.eqtransformer.samples, {c.seed, Purpose::augmentation}, 0);
  }
  return {};
}

// Changed by one augmentation alone, which is given up to 50 chances to do something.
Window changed_by(const Change& change, const TrainConfig& c, const Window& before, const Window& noise) {
  AugmentOptions only = c.augmentation;
  for (const Change& other : changes) only.*other.probability = 0;
  only.*change.probability = 1;
  const NoiseOf noise_of = noise.length == 0 ? NoiseOf{} : [&](std::uint32_t) { return noise.samples; };
  for (std::int64_t example = 0; example < 50; ++example) {
    Window w = before;
    std::fill(std::begin(w.snr_db), std::end(w.snr_db), 1000);  // clear, whatever the record is like
    augment(w, only, {c.seed, Purpose::augmentation}, example, false, noise_of);
    if (w.samples != before.samples) return w;
  }
  return before;
}

// With all components in a figure that points into `kept`.
void add_panels(Figure& figure, std::vector<std::vector<float>>& kept, const std::string& name, Window w) {
  constexpr const char* components[] = {"E", "N", "Z"};
  normalise(w.samples, 3, Normalisation::std_per_channel);
  kept.push_back(std::move(w.samples));
  const auto n = static_cast<std::size_t>(w.length);
  for (std::size_t c = 0; c < 3; ++c) {
    Panel panel{.label = components[c],
                .lines = {{std::span<const float>(kept.back()).subspan(c * n, n), "#333", c == 0 ? name : ""}},
                .markers = {},
                .shades = {},
                .low = 0,
                .high = 0,
                .height = 45};
    for (const EventSamples& e : w.events) {
      panel.markers.push_back({e.p / w.rate, "#c8501e", c == 0 ? "P" : ""});
      if (e.s == e.s) panel.markers.push_back({e.s / w.rate, "#2e8b3d", c == 0 ? "S" : ""});
    }
    figure.panels.push_back(std::move(panel));
  }
}

}  // namespace

std::string augmentation_svg(const TrainConfig& config, const Examples& examples) {
  const Window noise = first_window(config, examples.training, 0), event = first_window(config, examples.training, 1);
  if (event.length == 0) return {};
  Figure figure{
      "Each augmentation alone", "seconds", static_cast<double>(event.length) / config.preprocessing.profile.rate, {}};
  std::vector<std::vector<float>> kept;
  kept.reserve(2 + std::size(changes));  // the figure points into it
  add_panels(figure, kept, "as recorded", event);
  for (const Change& change : changes)
    if (!change.of_noise) add_panels(figure, kept, change.name, changed_by(change, config, event, noise));
  if (noise.length == 0) return to_svg(figure);
  add_panels(figure, kept, "noise, as recorded", noise);
  for (const Change& change : changes)
    if (change.of_noise) add_panels(figure, kept, change.name, changed_by(change, config, noise, {}));
  return to_svg(figure);
}

}  // namespace seisgrad
