#include "apps/data/synth_gallery.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "apps/report/svg.h"

namespace seisgrad {
namespace {

// The least and the largest value of each of 400 spans, scaled to a peak of 0.9 about `level`.
std::vector<float> outline(std::span<const float> x, float level) {
  constexpr std::size_t spans = 400;
  float peak = 1e-30f;
  for (const float v : x) peak = std::max(peak, std::abs(v));
  std::vector<float> line;
  for (std::size_t i = 0; i < spans; ++i) {
    const std::size_t begin = i * x.size() / spans, end = std::max(begin + 1, (i + 1) * x.size() / spans);
    const auto [least, most] = std::minmax_element(x.begin() + static_cast<std::ptrdiff_t>(begin),
                                                   x.begin() + static_cast<std::ptrdiff_t>(end));
    for (const float v : {*least, *most}) line.push_back(std::round(1000 * (level + 0.9f * v / peak)) / 1000);
  }
  return line;
}

std::string label_of(const TraceInfo& info) {
  if (info.noise) return "noise";
  char text[80];
  std::snprintf(text, sizeof text, "M %.1f, %.0f km", info.magnitude, info.distance);
  return text;
}

}  // namespace

std::string gallery_svg(std::span<const LabelledTrace> traces) {
  Figure figure{.title = "Synthetic seismograms: E, N, Z", .x_label = "seconds", .x_end = 0, .panels = {}};
  std::vector<std::vector<float>> lines;
  lines.reserve(3 * traces.size());
  for (const LabelledTrace& trace : traces) {
    const double rate = trace.info.rate;
    figure.x_end = std::max(figure.x_end, static_cast<double>(trace.info.samples) / rate);
    Panel panel{.label = label_of(trace.info), .lines = {}, .markers = {}, .shades = {}, .low = -3, .high = 3};
    const auto n = static_cast<std::size_t>(trace.info.samples);
    for (std::size_t c = 0; c < 3; ++c) {
      lines.push_back(outline(std::span(trace.samples).subspan(c * n, n), 2 - 2 * static_cast<float>(c)));
      panel.lines.push_back({lines.back(), "#333333", ""});
    }
    for (const Arrival& a : trace.info.arrivals)
      panel.markers.push_back({a.sample / rate, a.phase[0] == 'P' ? "#1f5fbf" : "#c0392b", a.phase});
    figure.panels.push_back(panel);
  }
  return to_svg(figure);
}

}  // namespace seisgrad
