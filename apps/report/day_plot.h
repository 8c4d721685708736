// DayPlot: a long record folded into rows, as a drum recorder draws it, with marks for what was picked; SVG text.
#pragma once
#include <string>
#include <vector>

namespace seisgrad {

struct DayMark {
  double seconds;  // from the beginning of the first row
  std::string colour;
  bool above = false;  // a tick on the upper half of the row; else on the lower
};

struct DayPlot {
  std::string title;
  double seconds_per_row = 3600;
  // Least and largest sample of each pixel of each row; a pixel where low > high has no data.
  struct Row {
    std::string label;
    std::vector<float> low, high;
  };
  std::vector<Row> rows;
  std::vector<DayMark> marks;
  struct Entry {
    std::string text, colour;
  };
  std::vector<Entry> legend;
};

// Pixels of a row: the length of Row::low and Row::high.
inline constexpr int day_plot_pixels = 920;

// All rows share one scale: the 90 % quantile of a pixel's extent fills a row, larger ones are cut there.
std::string to_svg(const DayPlot& plot);

}  // namespace seisgrad
