#include "apps/report/day_plot.h"

#include <algorithm>
#include <cmath>

#include "apps/report/svg.h"
#include "apps/report/svg_text.h"

namespace seisgrad {
namespace {

constexpr double left = 62, top = 58, row_height = 27, right = 18, bottom = 40;

// Half of what a row shows.
float scale_of(const DayPlot& plot) {
  std::vector<float> sizes;
  for (const DayPlot::Row& row : plot.rows)
    for (size_t i = 0; i < row.low.size(); ++i)
      if (row.low[i] <= row.high[i]) sizes.push_back(std::max(std::abs(row.low[i]), std::abs(row.high[i])));
  if (sizes.empty()) return 1;
  const auto large = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 9 / 10);
  std::nth_element(sizes.begin(), large, sizes.end());
  return *large > 0 ? *large : 1;
}

void draw_row(std::string& out, const DayPlot::Row& row, double middle, float scale) {
  const auto at = [&](float v) { return middle - std::clamp(v / scale, -1.0f, 1.0f) * (row_height / 2 - 1); };
  write_text(out, left - 8, middle + 4, "end", row.label, "font-size='11' fill='#555'");
  out += "<path stroke='#4a5a6a' stroke-width='1' fill='none' d='";
  for (size_t i = 0; i < row.low.size(); ++i) {
    if (row.low[i] > row.high[i]) continue;
    const double high = at(row.high[i]), low = std::max(at(row.low[i]), high + 0.4);  // a quiet pixel is seen too
    print(out, "M%.0f %.1fV%.1f", left + static_cast<double>(i), high, low);
  }
  out += "'/>\n";
}

}  // namespace

std::string to_svg(const DayPlot& plot) {
  const double width = left + day_plot_pixels + right,
               height = top + row_height * static_cast<double>(plot.rows.size()) + bottom;
  std::string out;
  print(out, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %.0f %.0f' width='%.0f' height='%.0f' ", width,
        height, width, height);
  out += "font-family='sans-serif'>\n<rect width='100%' height='100%' fill='white'/>\n";
  write_text(out, left, 24, "start", plot.title, "font-size='16' font-weight='bold'");
  double x = left;
  for (const DayPlot::Entry& entry : plot.legend) {
    print(out, "<rect x='%.1f' y='36' width='4' height='13' fill='%s'/>\n", x, entry.colour.c_str());
    write_text(out, x + 9, 47, "start", entry.text, "font-size='12'");
    x += 7.0 * static_cast<double>(entry.text.size()) + 28;
  }
  const float scale = scale_of(plot);
  for (size_t r = 0; r < plot.rows.size(); ++r) {
    const double middle = top + row_height * (static_cast<double>(r) + 0.5);
    if (r % 2 == 1)
      print(out, "<rect x='%.0f' y='%.1f' width='%d' height='%.1f' fill='#f5f7f9'/>\n", left, middle - row_height / 2,
            day_plot_pixels, row_height);
    draw_row(out, plot.rows[r], middle, scale);
  }
  for (const DayMark& mark : plot.marks) {
    const double row = std::floor(mark.seconds / plot.seconds_per_row);
    if (row < 0 || row >= static_cast<double>(plot.rows.size())) continue;
    const double at = left + (mark.seconds / plot.seconds_per_row - row) * day_plot_pixels;
    print(out, "<rect x='%.1f' y='%.1f' width='2' height='%.1f' fill='%s'/>\n", at - 1,
          top + row_height * (row + (mark.above ? 0.02 : 0.5)), row_height * 0.48, mark.colour.c_str());
  }
  const double base = top + row_height * static_cast<double>(plot.rows.size());
  const double minutes = plot.seconds_per_row / 60;
  for (const double v : ticks(0, minutes, 12)) {
    const double tick = left + v / minutes * day_plot_pixels;
    print(out, "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='#888'/>\n", tick, tick, base, base + 4);
    write_text(out, tick, base + 16, "middle", tick_text(v), "font-size='11'");
  }
  write_text(out, left + day_plot_pixels / 2.0, base + 32, "middle", "minutes", "font-size='12'");
  return out + "</svg>\n";
}

}  // namespace seisgrad
