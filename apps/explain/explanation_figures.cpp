#include <algorithm>
#include <numeric>

#include "apps/explain/explanation.h"
#include "apps/report/svg_text.h"

namespace seisgrad {
namespace {

constexpr const char *heat_colour = "#e69f00", *attention_colour = "#0b5394", *known_colour = "#555";
constexpr const char* component_colours[] = {"#0072b2", "#d55e00", "#009e73"};  // E, N, Z

// Components, probabilities and picks of the whole window, with what was known before.
Figure window_figure(const Case& window) {
  Figure figure = event_figure(window.segment, window.scored, {0, window.segment.size()});
  for (Panel& panel : figure.panels)
    for (const Arrival& a : window.known)
      panel.markers.push_back({.x = a.sample / window.segment.rate,
                               .colour = known_colour,
                               .label = &panel == &figure.panels.back() ? a.phase : "",
                               .dashed = true});
  return figure;
}

std::string title_of(const Case& window, const Explanation& e) {
  char p[32];
  std::snprintf(p, sizeof p, "%.4f", e.probability);
  return joined(e.target.name, ", p = ", p, ": ", window.name);
}

void insert_before_last(Figure& figure, Panel panel) {
  for (const Marker& m : figure.panels.back().markers) panel.markers.push_back(m), panel.markers.back().label.clear();
  figure.panels.insert(figure.panels.end() - 1, std::move(panel));
}

std::vector<float> floats(std::span<const double> values, int64_t samples) {
  return {values.begin(), values.begin() + samples};
}

// Runs of true as shades, in seconds.
std::vector<Shade> shades_of(const std::vector<bool>& inside, int64_t samples, double rate) {
  std::vector<Shade> shades;
  for (size_t i = 0; i < static_cast<size_t>(samples); ++i) {
    if (!inside[i]) continue;
    const double begin = static_cast<double>(i) / rate, end = static_cast<double>(i + 1) / rate;
    if (i > 0 && inside[i - 1]) shades.back().end = end;
    else shades.push_back({begin, end, heat_colour});
  }
  return shades;
}

// A value for every few samples, at most 500, which is what can be seen: the largest of them, or their sum.
struct Bins {
  std::vector<float> values;
  int64_t each;  // samples

  Bins(std::span<const double> samples, bool sum) : each((static_cast<int64_t>(samples.size()) + 499) / 500) {
    for (size_t i = 0; i < samples.size(); i += static_cast<size_t>(each)) {
      const auto bin = samples.subspan(i, std::min(static_cast<size_t>(each), samples.size() - i));
      values.push_back(static_cast<float>(sum ? std::accumulate(bin.begin(), bin.end(), 0.0)
                                              : *std::max_element(bin.begin(), bin.end())));
    }
  }
};

// Behind a component; `most` is full.
Raster heat_of(const Bins& bins, float most, double rate) {
  Raster heat{.rows = 1,
              .columns = static_cast<int64_t>(bins.values.size()),
              .values = {},
              .end = static_cast<double>(bins.each) * static_cast<double>(bins.values.size()) / rate,
              .colour = heat_colour};
  for (const float v : bins.values) heat.values.push_back(most > 0 ? static_cast<double>(v / most) : 0);
  return heat;
}

// E, N, Z of (3,samples), and the panel of their lines, which refers to them.
struct ComponentBins {
  std::vector<Bins> of;

  ComponentBins(const std::vector<double>& all, const std::string& order, int64_t samples, bool sum) {
    const size_t length = all.size() / 3;
    for (const char letter : {'E', 'N', 'Z'})
      of.emplace_back(std::span(all).subspan(order.find(letter) * length, static_cast<size_t>(samples)), sum);
  }
  Panel panel(const std::string& label) const {
    Panel panel{.label = label, .lines = {}, .markers = {}, .shades = {}};
    for (size_t c = 0; c < 3; ++c)
      panel.lines.push_back({of[c].values, component_colours[c], std::string(1, "ENZ"[c])});
    return panel;
  }
  float most() const {
    float most = 0;
    for (const Bins& b : of) most = std::max(most, *std::max_element(b.values.begin(), b.values.end()));
    return most;
  }
};

}  // namespace

std::string cam_svg(const ExplainedModel& model, const Case& window, const Explanation& e, const MapOptions& options) {
  Figure figure = window_figure(window);
  figure.title = title_of(window, e);
  figure.x_label = "seconds.  " + method_text(model, options);
  const int64_t samples = window.segment.size();
  const std::vector<float> map = floats(e.cam, samples);
  const Bins bins(std::span(e.cam).first(static_cast<size_t>(samples)), false);
  for (size_t c = 0; c < 3; ++c) figure.panels[c].rasters.push_back(heat_of(bins, 1, window.segment.rate));
  insert_before_last(figure, {.label = "map, top tenth",
                              .lines = {{map, "#222", ""}},
                              .markers = {},
                              .shades = shades_of(top_fraction(e.cam, 0.1), samples, window.segment.rate),
                              .low = 0,
                              .high = 1});
  return to_svg(figure);
}

std::string gradients_svg(const ExplainedModel& model, const Case& window, const Explanation& e) {
  Figure figure = window_figure(window);
  figure.title = title_of(window, e);
  const int64_t samples = window.segment.size();
  char error[32];
  std::snprintf(error, sizeof error, "%.2g %%", 100 * e.integrated.completeness_error());
  const std::string& order = model.settings.profile.component_order;
  const ComponentBins smooth(e.smoothgrad, order, samples, false), saliency(e.saliency, order, samples, false),
      integrated(e.integrated.values, order, samples, true);
  figure.x_label = joined("seconds.  Integrated gradients from zeros, sums of ", integrated.of[0].each,
                          " samples: ", e.integrated.steps, " steps, complete to ", error);
  for (size_t c = 0; c < 3; ++c)
    figure.panels[c].rasters.push_back(heat_of(smooth.of[c], smooth.most(), window.segment.rate));
  insert_before_last(figure, smooth.panel("SmoothGrad"));
  insert_before_last(figure, saliency.panel("saliency"));
  insert_before_last(figure, integrated.panel("integrated"));
  return to_svg(figure);
}

std::string attention_svg(const ExplainedModel& model, const Case& window, const std::vector<AttentionMap>& maps) {
  Figure figure = window_figure(window);
  figure.title = "Attention: " + window.name;
  figure.x_label = "seconds (of a key; of the query where only neighbours are seen)";
  for (Panel& panel : figure.panels) panel.height = 80;
  std::vector<std::vector<float>> received;  // what lines refer to
  received.reserve(maps.size());
  const auto shaded = [](std::vector<double> values) { return scaled_to_one(std::move(values)); };
  for (const AttentionMap& map : maps) {
    const double end = static_cast<double>(layer_stride(model.length, map.steps) * map.steps) / window.segment.rate;
    const AttentionBand band = band_of(map);
    if (band.offsets > map.steps / 2) {
      insert_before_last(figure, {.label = map.layer + ": query (s)",
                                  .rasters = {{map.steps, map.steps, shaded(map.weights), end, attention_colour}},
                                  .lines = {},
                                  .markers = {},
                                  .shades = {},
                                  .low = 0,
                                  .high = end,
                                  .height = 220});
      const std::vector<double> mean =
          on_samples(map.received(), window.segment.size(), layer_stride(model.length, map.steps));
      received.push_back({mean.begin(), mean.end()});
      insert_before_last(figure, {.label = "mean",
                                  .lines = {{received.back(), attention_colour, "attention that each key receives"}},
                                  .markers = {},
                                  .shades = {},
                                  .height = 60});
    } else {
      insert_before_last(figure, {.label = map.layer + ": neighbour",
                                  .rasters = {{band.offsets, map.steps, shaded(band.weights), end, attention_colour}},
                                  .lines = {},
                                  .markers = {},
                                  .shades = {},
                                  .low = static_cast<double>(band.first) - 0.5,
                                  .high = static_cast<double>(band.first + band.offsets) - 0.5,
                                  .height = 90});
    }
  }
  return to_svg(figure);
}

}  // namespace seisgrad
