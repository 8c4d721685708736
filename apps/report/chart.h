// Chart: curves, points and histograms over two axes, as SVG text. apps/report/svg.h has seismograms, whose panels
// share one axis of time.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "apps/report/svg.h"

namespace seisgrad {

enum class SeriesStyle {
  line,
  points,
  bars,  // from y = 0, x their left edges; the last is as wide as the one before it
};

struct Series {
  std::string name, colour;  // a named series is in the legend
  std::vector<double> x, y;
  SeriesStyle style = SeriesStyle::line;
  bool dashed = false;  // of a line
};

struct Axis {
  std::string label;
  double low = 0, high = 0;             // equal: from the values
  bool logarithmic = false;             // base 10; values of 0 and less are left out
  std::vector<std::string> names = {};  // of the values 0, 1, 2 ..., which are then all there are
};

struct Chart {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
  std::vector<Marker> markers = {};  // vertical lines
  int width = 440, height = 320;     // pixels
};

std::string to_svg(const Chart& chart);

// How many of the values fall into each of `bins` bins of equal width over low..high; values beyond are in the first
// and the last bin, so that none is missing from the figure.
Series histogram(std::string name, std::string colour, std::span<const double> values, double low, double high,
                 int bins);

// Colours that are told apart, also by most colour-blind readers (Okabe & Ito); number 0 is black.
std::string series_colour(size_t number);

}  // namespace seisgrad
