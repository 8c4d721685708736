#include "apps/report/chart.h"

#include <algorithm>
#include <cmath>

#include "apps/report/svg_text.h"

namespace seisgrad {
namespace {

constexpr double left = 62, right = 16, top = 34, bottom = 48;

// An axis on the page: a value's pixel.
struct Scale {
  double low, high;
  bool logarithmic;
  double begin, end;  // pixels of low and high

  bool shows(double v) const { return std::isfinite(v) && !(logarithmic && v <= 0); }
  double at(double v) const {
    const double clipped = std::clamp(v, low, high);
    const double part = logarithmic ? std::log(clipped / low) / std::log(high / low) : (clipped - low) / (high - low);
    return begin + part * (end - begin);
  }
  std::vector<double> marks(int count) const {
    if (!logarithmic) return ticks(low, high, count);
    const int first = static_cast<int>(std::floor(std::log10(low) + 1e-9));
    const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    const bool narrow = high < 100 * low;  // 1, 2 and 5 of each decade; else powers of ten
    const int step = std::max(1, (last - first + count - 1) / count);
    std::vector<double> values;
    for (int power = first; power <= last; power += step)
      for (const double factor : {1.0, 2.0, 5.0}) {
        const double v = factor * std::pow(10.0, power);
        if ((narrow || factor == 1) && v > low * (1 - 1e-9) && v < high * (1 + 1e-9)) values.push_back(v);
      }
    return values;
  }
};

Scale scale_of(const Axis& axis, const Chart& chart, bool horizontal, double begin, double end) {
  Scale scale{axis.low, axis.high, axis.logarithmic, begin, end};
  if (!axis.names.empty()) {
    scale.low = -0.5, scale.high = static_cast<double>(axis.names.size()) - 0.5;
    return scale;
  }
  if (axis.low < axis.high) return scale;
  double low = INFINITY, high = -INFINITY;
  for (const Series& s : chart.series) {
    for (const double v : horizontal ? s.x : s.y)
      if (scale.shows(v)) low = std::min(low, v), high = std::max(high, v);
    if (s.style != SeriesStyle::bars || s.x.empty()) continue;
    if (!horizontal) low = axis.logarithmic ? low : std::min(low, 0.0);
    else if (s.x.size() > 1) high = std::max(high, 2 * s.x.back() - s.x[s.x.size() - 2]);
  }
  if (!(low <= high)) low = axis.logarithmic ? 0.1 : 0, high = 1;
  if (low == high && axis.logarithmic) low /= 2, high *= 2;
  else if (low == high) low -= 0.5, high += 0.5;
  const double margin = axis.logarithmic || horizontal ? 0 : 0.05 * (high - low);
  scale.low = low > 0 ? std::max(0.0, low - margin) : low;
  scale.high = high + margin;
  return scale;
}

void draw_bars(std::string& out, const Series& s, const Scale& x, const Scale& y) {
  const double base = y.at(y.logarithmic ? y.low : std::max(y.low, 0.0));
  for (size_t i = 0; i < s.x.size(); ++i) {
    if (!y.shows(s.y[i])) continue;
    const double width = i + 1 < s.x.size() ? s.x[i + 1] - s.x[i] : i > 0 ? s.x[i] - s.x[i - 1] : x.high - s.x[i];
    const double from = x.at(s.x[i]), to = x.at(s.x[i] + width), edge = y.at(s.y[i]);
    print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s' fill-opacity='0.45' stroke='%s'/>\n", from,
          std::min(edge, base), to - from, std::abs(base - edge), s.colour.c_str(), s.colour.c_str());
  }
}

void draw_series(std::string& out, const Series& s, const Scale& x, const Scale& y) {
  if (s.style == SeriesStyle::bars) return draw_bars(out, s, x, y);
  if (s.style == SeriesStyle::points) {
    for (size_t i = 0; i < s.x.size(); ++i)
      if (x.shows(s.x[i]) && y.shows(s.y[i]))
        print(out, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s' fill-opacity='0.8'/>\n", x.at(s.x[i]), y.at(s.y[i]),
              s.colour.c_str());
    return;
  }
  print(out, "<polyline fill='none' stroke='%s' stroke-width='1.8' %s points='", s.colour.c_str(),
        s.dashed ? "stroke-dasharray='5 4'" : "");
  for (size_t i = 0; i < s.x.size(); ++i)
    if (x.shows(s.x[i]) && y.shows(s.y[i])) print(out, "%.1f,%.1f ", x.at(s.x[i]), y.at(s.y[i]));
  out += "'/>\n";
}

// Where an axis has its ticks, and what stands beside them.
std::vector<std::pair<double, std::string>> labelled_ticks(const Axis& axis, const Scale& scale) {
  std::vector<std::pair<double, std::string>> labelled;
  for (size_t i = 0; i < axis.names.size(); ++i) labelled.emplace_back(static_cast<double>(i), axis.names[i]);
  if (labelled.empty())
    for (const double v : scale.marks(5)) labelled.emplace_back(v, tick_text(v));
  return labelled;
}

void draw_axes(std::string& out, const Chart& chart, const Scale& x, const Scale& y) {
  for (const auto& [v, text] : labelled_ticks(chart.x, x)) {
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='#e4e4e4'/>\n", x.at(v), x.at(v), y.end, y.begin);
    write_text(out, x.at(v), y.begin + 17, "middle", text, "font-size='11' fill='#444'");
  }
  for (const auto& [v, text] : labelled_ticks(chart.y, y)) {
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='#e4e4e4'/>\n", x.begin, x.end, y.at(v), y.at(v));
    write_text(out, x.begin - 7, y.at(v) + 4, "end", text, "font-size='11' fill='#444'");
  }
  write_text(out, (x.begin + x.end) / 2, y.begin + 38, "middle", chart.x.label, "font-size='12'");
  print(out, "<text transform='translate(%.1f,%.1f) rotate(-90)' text-anchor='middle' font-size='12'>", x.begin - 46,
        (y.begin + y.end) / 2);
  out += escaped(chart.y.label) + "</text>\n";
}

struct Spot {
  double x, y;
  bool bar;  // down to the axis
};

// Where series leave ink, in the figure's units: points, and lines between them.
std::vector<Spot> inked(const Chart& chart, const Scale& x, const Scale& y) {
  constexpr int steps = 8;
  std::vector<Spot> spots;
  for (const Series& s : chart.series)
    for (size_t i = 0; i < s.x.size(); ++i) {
      if (!x.shows(s.x[i]) || !y.shows(s.y[i])) continue;
      const Spot here{x.at(s.x[i]), y.at(s.y[i]), s.style == SeriesStyle::bars};
      const bool joined = s.style == SeriesStyle::line && i > 0 && x.shows(s.x[i - 1]) && y.shows(s.y[i - 1]);
      for (int k = 1; joined && k < steps; ++k) {
        const double back = static_cast<double>(k) / steps;
        spots.push_back(
            {here.x + back * (x.at(s.x[i - 1]) - here.x), here.y + back * (y.at(s.y[i - 1]) - here.y), false});
      }
      spots.push_back(here);
    }
  return spots;
}

// In the corner where it covers least: right of the middle above, unless curves that fall pass there.
void draw_legend(std::string& out, const Chart& chart, const Scale& x, const Scale& y) {
  std::vector<const Series*> named;
  size_t longest = 0;
  for (const Series& s : chart.series)
    if (!s.name.empty()) named.push_back(&s), longest = std::max(longest, s.name.size());
  if (named.empty()) return;
  const double width = 32 + 7 * static_cast<double>(longest), height = 8 + 16 * static_cast<double>(named.size());
  double corners[4][2] = {{x.end - width - 6, y.end + 6},
                          {x.end - width - 6, y.begin - height - 6},
                          {x.begin + 6, y.begin - height - 6},
                          {x.begin + 6, y.end + 6}};
  const std::vector<Spot> spots = inked(chart, x, y);
  const auto covered = [&](const double* corner) {
    return std::count_if(spots.begin(), spots.end(), [&](const Spot& s) {
      const bool beside = s.x >= corner[0] - 4 && s.x <= corner[0] + width;
      return beside && s.y <= corner[1] + height + (s.bar ? 0 : 4) && (s.bar || s.y >= corner[1] - 8);
    });
  };
  const double* best = *std::min_element(std::begin(corners), std::end(corners),
                                         [&](const auto& a, const auto& b) { return covered(a) < covered(b); });
  print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='white' fill-opacity='0.85' stroke='#ccc'/>\n",
        best[0], best[1], width, height);
  double line = best[1] + 15;
  for (const Series* s : named) {
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='3' %s/>\n", best[0] + 6,
          best[0] + 22, line - 4, line - 4, s->colour.c_str(), s->dashed ? "stroke-dasharray='5 3'" : "");
    write_text(out, best[0] + 27, line, "start", s->name, "font-size='12'");
    line += 16;
  }
}

}  // namespace

std::string to_svg(const Chart& chart) {
  const Scale x = scale_of(chart.x, chart, true, left, chart.width - right);
  const Scale y = scale_of(chart.y, chart, false, chart.height - bottom, top);
  std::string out;
  print(out, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'>\n", chart.width,
        chart.height);
  print(out, "<rect width='%d' height='%d' fill='white'/>\n", chart.width, chart.height);
  write_text(out, left, 22, "start", chart.title, "font-size='14' font-weight='bold'");
  draw_axes(out, chart, x, y);
  for (const Series& s : chart.series) draw_series(out, s, x, y);
  for (const Marker& m : chart.markers) {
    if (!x.shows(m.x) || m.x < x.low || m.x > x.high) continue;
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='1.3' %s/>\n", x.at(m.x),
          x.at(m.x), y.end, y.begin, m.colour.c_str(), m.dashed ? "stroke-dasharray='4 3'" : "");
    if (!m.label.empty())
      write_text(out, x.at(m.x) + (m.label_left ? -4 : 4), y.end + 13, m.label_left ? "end" : "start", m.label,
                 ("font-size='11' fill='" + m.colour + "'").c_str());
  }
  print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='none' stroke='#888'/>\n", x.begin, y.end,
        x.end - x.begin, y.begin - y.end);
  draw_legend(out, chart, x, y);
  return out + "</svg>\n";
}

Series histogram(std::string name, std::string colour, std::span<const double> values, double low, double high,
                 int bins) {
  Series s{.name = std::move(name), .colour = std::move(colour), .x = {}, .y = {}, .style = SeriesStyle::bars};
  s.y.assign(static_cast<size_t>(bins), 0);
  for (int i = 0; i < bins; ++i) s.x.push_back(low + (high - low) * i / bins);
  for (const double v : values) {
    if (std::isnan(v)) continue;
    const double bin = std::clamp(std::floor((v - low) / (high - low) * bins), 0.0, static_cast<double>(bins - 1));
    s.y[static_cast<size_t>(bin)] += 1;
  }
  return s;
}

std::string series_colour(size_t number) {
  constexpr const char* colours[] = {"#222222", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};
  return colours[number % std::size(colours)];
}

}  // namespace seisgrad
