#include "apps/report/svg.h"

#include <algorithm>
#include <cmath>

#include "apps/report/svg_text.h"

namespace seisgrad {
namespace {

constexpr int left_margin = 90, right_margin = 20, top_margin = 40, bottom_margin = 45, panel_gap = 14;

struct Frame {
  double x, y, width, height, low, high, x_end;
  double at_x(double v) const { return x + v / x_end * width; }
  double at_y(double v) const { return y + (high - v) / (high - low) * height; }
};

// One point a value, or the least and largest of those that fall on a pixel: peaks stay visible.
void draw_line(std::string& out, const Frame& f, const Line& line) {
  const int64_t n = static_cast<int64_t>(line.values.size());
  if (n < 2) return;
  print(out, "<polyline fill='none' stroke='%s' stroke-width='1' points='", line.colour.c_str());
  double level = -1, until = -1;  // of a flat stretch, of which only the ends are written
  const auto point = [&](int64_t i, float v) {
    const double x = f.x + f.width * double(i) / double(n - 1);
    const double y = std::round(10 * f.at_y(std::clamp(double(v), f.low, f.high))) / 10;
    if (y == level) return void(until = x);
    if (until >= 0) print(out, "%.1f,%.1f ", until, level);
    print(out, "%.1f,%.1f ", x, y);
    level = y, until = -1;
  };
  const int64_t step = std::max<int64_t>(1, n / static_cast<int64_t>(f.width));
  for (int64_t i = 0; i < n; i += step) {
    const auto begin = line.values.begin() + i, end = line.values.begin() + std::min(i + step, n);
    const auto [least, most] = std::minmax_element(begin, end);
    point(i, least < most ? *least : *most);
    if (step > 1) point(i, least < most ? *most : *least);
  }
  if (until >= 0) print(out, "%.1f,%.1f", until, level);
  out += "'/>\n";
}

// In units of columns and rows, so that coordinates are short. Neighbours of a row that have one shade are one
// rectangle, all rectangles of a shade one path: a matrix stays small.
void draw_raster(std::string& out, const Frame& f, const Raster& raster) {
  constexpr int shades = 12;
  std::string paths[shades + 1];
  const double columns = static_cast<double>(raster.columns), rows = static_cast<double>(raster.rows);
  const double shown = columns * std::min(1.0, f.x_end / raster.end);
  for (int64_t row = 0; row < raster.rows; ++row) {
    const auto shade_at = [&](int64_t column) {
      const double value = raster.values[static_cast<size_t>(row * raster.columns + column)];
      return static_cast<int>(std::lround(std::clamp(value, 0.0, 1.0) * shades));
    };
    for (int64_t column = 0, end; column < raster.columns; column = end) {
      const int shade = shade_at(column);
      for (end = column + 1; end < raster.columns && shade_at(end) == shade;) ++end;
      const double width = std::min(static_cast<double>(end), shown) - static_cast<double>(column);
      if (width > 0)
        print(paths[shade], "M%lld %lldh%.4gv1h-%.4gz", static_cast<long long>(column),
              static_cast<long long>(raster.rows - 1 - row), width, width);
    }
  }
  print(out, "<g fill='%s' shape-rendering='crispEdges' transform='translate(%.1f,%.1f) scale(%.6g,%.6g)'>\n",
        raster.colour.c_str(), f.x, f.y, f.width * std::min(1.0, raster.end / f.x_end) / shown, f.height / rows);
  for (int shade = 1; shade <= shades; ++shade)
    if (!paths[shade].empty()) {
      print(out, "<path fill-opacity='%.2f' d='", static_cast<double>(shade) / shades);
      out += paths[shade] + "'/>\n";
    }
  out += "</g>\n";
}

void set_range(Panel& panel) {
  if (panel.low < panel.high) return;
  float low = 0, high = 0;
  for (const Line& line : panel.lines)
    for (const float v : line.values) low = std::min(low, v), high = std::max(high, v);
  panel.low = low < high ? low : -1;
  panel.high = low < high ? high : 1;
}

void draw_panel(std::string& out, const Panel& panel, const Frame& f) {
  for (const Raster& raster : panel.rasters) draw_raster(out, f, raster);
  for (const Shade& shade : panel.shades) {
    const double begin = f.at_x(std::max(0.0, shade.begin)), end = f.at_x(std::min(f.x_end, shade.end));
    print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s' opacity='0.18'/>\n", begin, f.y,
          std::max(0.0, end - begin), f.height, shade.colour.c_str());
  }
  print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='none' stroke='#888'/>\n", f.x, f.y, f.width,
        f.height);
  for (const double v : ticks(f.low, f.high, f.height < 50 ? 1 : 4)) {
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='#888'/>\n", f.x - 4, f.x, f.at_y(v), f.at_y(v));
    write_text(out, f.x - 7, f.at_y(v) + 4, "end", tick_text(v), "font-size='11'");
  }
  for (const Line& line : panel.lines) draw_line(out, f, line);
  for (const Marker& m : panel.markers) {
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='1.3' %s/>\n", f.at_x(m.x),
          f.at_x(m.x), f.y, f.y + f.height, m.colour.c_str(), m.dashed ? "stroke-dasharray='4 3'" : "");
    if (!m.label.empty())
      write_text(out, f.at_x(m.x) + (m.label_left ? -3 : 3), f.y + 12, m.label_left ? "end" : "start", m.label,
                 "font-size='12' font-weight='bold'");
  }
  print(out, "<text transform='translate(%.1f,%.1f) rotate(-90)' text-anchor='middle' font-size='12'>", f.x - 62,
        f.y + f.height / 2);
  out += escaped(panel.label) + "</text>\n";
  double x = f.x + f.width - 8;
  for (auto line = panel.lines.rbegin(); line != panel.lines.rend(); ++line) {
    if (line->name.empty()) continue;
    write_text(out, x, f.y + 14, "end", line->name, ("font-size='12' fill='" + line->colour + "'").c_str());
    x -= 8.0 * static_cast<double>(line->name.size()) + 12;
  }
}

}  // namespace

std::vector<double> ticks(double low, double high, int count) {
  if (!(low < high) || count < 1) return {};
  const double raw = (high - low) / count, power = std::pow(10, std::floor(std::log10(raw)));
  const double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
  std::vector<double> values;
  for (double v = std::ceil(low / step - 1e-9) * step; v <= high + 1e-9 * step; v += step) values.push_back(v);
  return values;
}

std::string to_svg(const Figure& figure) {
  int height = top_margin + bottom_margin;
  for (const Panel& panel : figure.panels) height += panel.height + panel_gap;
  std::string out;
  print(out, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' ", figure.width,
        height, figure.width, height);
  out += "font-family='sans-serif'>\n";
  print(out, "<rect width='%d' height='%d' fill='white'/>\n", figure.width, height);
  write_text(out, left_margin, 25, "start", figure.title, "font-size='16' font-weight='bold'");

  double y = top_margin;
  const double width = figure.width - left_margin - right_margin;
  for (Panel panel : figure.panels) {
    set_range(panel);
    draw_panel(out, panel, {left_margin, y, width, double(panel.height), panel.low, panel.high, figure.x_end});
    y += panel.height + panel_gap;
  }
  y -= panel_gap;
  for (const double v : ticks(0, figure.x_end, 10)) {
    const double x = left_margin + v / figure.x_end * width;
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='#888'/>\n", x, x, y, y + 5);
    write_text(out, x, y + 18, "middle", tick_text(v), "font-size='11'");
  }
  write_text(out, left_margin + width / 2, y + 36, "middle", figure.x_label, "font-size='12'");
  return out + "</svg>\n";
}

}  // namespace seisgrad
