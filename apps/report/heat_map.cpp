#include "apps/report/heat_map.h"

#include "apps/report/svg_text.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr double left = 110, top = 70, cell = 74, bottom = 46, margin = 16;

// From white to a dark blue.
void draw_cell(std::string& out, double x, double y, double value, double share) {
  const auto mixed = [&](int dark) { return static_cast<int>(255 + share * (dark - 255)); };
  print(out, "<rect x='%.1f' y='%.1f' width='%.0f' height='%.0f' fill='rgb(%d,%d,%d)' stroke='#bbb'/>\n", x, y, cell,
        cell, mixed(0), mixed(84), mixed(140));
  const char* style = share > 0.55 ? "font-size='15' fill='white'" : "font-size='15' fill='#222'";
  const char* small = share > 0.55 ? "font-size='11' fill='white'" : "font-size='11' fill='#555'";
  write_text(out, x + cell / 2, y + cell / 2, "middle", tick_text(value), style);
  char percent[32];
  std::snprintf(percent, sizeof percent, "%.1f %%", 100 * share);
  write_text(out, x + cell / 2, y + cell / 2 + 18, "middle", percent, small);
}

}  // namespace

std::string to_svg(const HeatMap& map) {
  require(map.values.size() == map.rows.size() * map.columns.size(), "heat map: ", map.values.size(), " values for ",
          map.rows.size(), " rows and ", map.columns.size(), " columns");
  const double width = left + cell * static_cast<double>(map.columns.size()) + margin;
  const double height = top + cell * static_cast<double>(map.rows.size()) + bottom;
  std::string out;
  print(out, "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' font-family='sans-serif'>\n", width,
        height);
  print(out, "<rect width='%.0f' height='%.0f' fill='white'/>\n", width, height);
  write_text(out, margin, 22, "start", map.title, "font-size='14' font-weight='bold'");
  for (size_t c = 0; c < map.columns.size(); ++c)
    write_text(out, left + cell * (static_cast<double>(c) + 0.5), top - 10, "middle", map.columns[c], "font-size='12'");
  for (size_t r = 0; r < map.rows.size(); ++r) {
    const double y = top + cell * static_cast<double>(r);
    write_text(out, left - 10, y + cell / 2 + 4, "end", map.rows[r], "font-size='12'");
    double sum = 0;
    for (size_t c = 0; c < map.columns.size(); ++c) sum += map.values[r * map.columns.size() + c];
    for (size_t c = 0; c < map.columns.size(); ++c) {
      const double value = map.values[r * map.columns.size() + c];
      draw_cell(out, left + cell * static_cast<double>(c), y, value, sum > 0 ? value / sum : 0);
    }
  }
  write_text(out, left + (width - left - margin) / 2, height - 18, "middle", map.column_label, "font-size='12'");
  print(out, "<text transform='translate(18,%.1f) rotate(-90)' text-anchor='middle' font-size='12'>",
        top + (height - top - bottom) / 2);
  out += escaped(map.row_label) + "</text>\n";
  return out + "</svg>\n";
}

}  // namespace seisgrad
