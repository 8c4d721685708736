// Figures as SVG text: a page of panels that share one horizontal axis. No library, opens in any browser.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace seisgrad {

struct Line {
  std::span<const float> values;  // equally spaced from x = 0 to the panel's end
  std::string colour, name;       // a named line is in the panel's legend
};

struct Marker {
  double x;  // in units of the axis
  std::string colour, label;
  bool dashed = false;
  bool label_left = false;  // of the line, for the first of two that stand close
};

struct Shade {
  double begin, end;
  std::string colour;
};

// A field of shades behind the lines: a map along the axis, or a matrix.
struct Raster {
  int64_t rows, columns;
  std::vector<double> values;  // (rows,columns), 0 none to 1 full; row 0 is the lowest
  double end;                  // the columns are equally wide, from x = 0 to here
  std::string colour;
};

struct Panel {
  std::string label;  // beside the vertical axis
  std::vector<Raster> rasters = {};
  std::vector<Line> lines;
  std::vector<Marker> markers;
  std::vector<Shade> shades;
  double low = 0, high = 0;  // of the vertical axis; equal: from the values
  int height = 110;          // pixels
};

struct Figure {
  std::string title, x_label;
  double x_end;  // the axis runs from 0 to this
  std::vector<Panel> panels;
  int width = 1000;
};

std::string to_svg(const Figure& figure);

// Round numbers, about `count` of them, covering low..high: 1, 2 or 5 times a power of ten apart.
std::vector<double> ticks(double low, double high, int count);

}  // namespace seisgrad
