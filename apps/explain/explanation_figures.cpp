#include <algorithm>
#include <cmath>

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
  return joined(e.target.name, ", p = ", p, "   ", window.name);
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

// A row of shades of at most 500 columns, which is what can be seen: of each the largest value, 1 for `most`.
Raster heat_of(const std::vector<float>& values, float most, double rate) {
  const auto samples = static_cast<int64_t>(values.size()), each = (samples + 499) / 500;
  Raster heat{.rows = 1, .columns = (samples + each - 1) / each, .values = {}, .end = 0, .colour = heat_colour};
  heat.end = static_cast<double>(heat.columns * each) / rate;
  for (int64_t i = 0; i < samples; i += each) {
    const auto end = values.begin() + std::min(i + each, samples);
    heat.values.push_back(most > 0 ? static_cast<double>(*std::max_element(values.begin() + i, end) / most) : 0);
  }
  return heat;
}

// What a panel of one line a component refers to.
struct ComponentLines {
  std::array<std::vector<float>, 3> values;  // E, N, Z

  ComponentLines(const std::vector<double>& all, const std::string& order, int64_t samples) {
    for (size_t c = 0; c < 3; ++c) {
      const size_t place = order.find("ENZ"[c]), length = all.size() / 3;
      values[c] = floats(std::span(all).subspan(place * length, length), samples);
    }
  }
  Panel panel(const std::string& label) const {
    Panel panel{.label = label, .lines = {}, .markers = {}, .shades = {}};
    for (size_t c = 0; c < 3; ++c) panel.lines.push_back({values[c], component_colours[c], std::string(1, "ENZ"[c])});
    return panel;
  }
};

}  // namespace

std::string cam_svg(const ExplainedModel& model, const Case& window, const Explanation& e, const MapOptions& options) {
  Figure figure = window_figure(window);
  figure.title = title_of(window, e);
  figure.x_label = "seconds.  " + method_text(model, options);
  const int64_t samples = window.segment.size();
  const std::vector<float> map = floats(e.cam, samples);
  for (size_t c = 0; c < 3; ++c) figure.panels[c].rasters.push_back(heat_of(map, 1, window.segment.rate));
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
  figure.x_label =
      joined("seconds.  Integrated gradients from zeros: ", e.integrated.steps, " steps, complete to ", error);
  const std::string& order = model.settings.profile.component_order;
  const ComponentLines smooth(e.smoothgrad, order, samples), saliency(e.saliency, order, samples),
      integrated(e.integrated.values, order, samples);
  float most = 0;
  for (const auto& values : smooth.values) most = std::max(most, *std::max_element(values.begin(), values.end()));
  for (size_t c = 0; c < 3; ++c) {
    figure.panels[c].rasters.push_back(heat_of(smooth.values[c], most, window.segment.rate));
  }
  insert_before_last(figure, smooth.panel("SmoothGrad"));
  insert_before_last(figure, saliency.panel("saliency"));
  insert_before_last(figure, integrated.panel("integrated"));
  return to_svg(figure);
}

std::string attention_svg(const ExplainedModel& model, const Case& window, const std::vector<AttentionMap>& maps) {
  Figure figure = window_figure(window);
  figure.title = "Attention   " + window.name;
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
