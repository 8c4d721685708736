// HeatMap: a matrix with a number and a shade in each cell, as SVG text: a confusion matrix.
#pragma once
#include <string>
#include <vector>

namespace seisgrad {

struct HeatMap {
  std::string title;
  std::string row_label, column_label;
  std::vector<std::string> rows, columns;
  std::vector<double> values;  // (rows, columns)
};

// A cell is the darker the larger its share of its row, which stands below its number.
std::string to_svg(const HeatMap& map);

}  // namespace seisgrad
