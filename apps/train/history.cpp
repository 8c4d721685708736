#include "apps/train/history.h"

#include <algorithm>
#include <cstdio>

#include "apps/report/svg.h"

namespace seisgrad {

std::vector<std::string> history_columns(const Task& task) {
  std::vector<std::string> columns = {"epoch", "rate", "loss"};
  columns.insert(columns.end(), task.parts.begin(), task.parts.end());
  columns.insert(columns.end(), {"penalty", "gradient_norm", "val_loss"});
  for (const std::string& part : task.parts) columns.push_back("val_" + part);
  return columns;
}

std::string history_csv(const std::vector<std::string>& columns, const std::vector<std::vector<double>>& rows) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ",") + column;
  text += "\n";
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      char number[40];
      std::snprintf(number, sizeof number, "%.9g%c", row[i], i + 1 < row.size() ? ',' : '\n');
      text += number;
    }
  return text;
}

std::string learning_curves_svg(const std::vector<std::string>& columns, const std::vector<std::vector<double>>& rows,
                                int64_t best_epoch) {
  std::vector<std::vector<float>> curves;
  for (size_t c = 0; c < columns.size(); ++c) {
    curves.emplace_back();
    for (const auto& row : rows) curves.back().push_back(static_cast<float>(row[c]));
  }
  Figure figure{"Learning curves", "epoch", std::max(1.0, static_cast<double>(rows.size()) - 1), {}};
  std::vector<size_t> shown;
  for (size_t c = 2; c < columns.size(); ++c) shown.push_back(c);
  shown.push_back(1);  // the rate, last
  for (const size_t c : shown) {
    const auto validation = std::find(columns.begin(), columns.end(), "val_" + columns[c]);
    if (validation == columns.end() && columns[c] != "rate" && columns[c] != "gradient_norm") continue;
    Panel panel{.label = columns[c], .lines = {}, .markers = {}, .shades = {}, .low = 0, .high = 0, .height = 130};
    panel.lines.push_back({curves[c], "#1f5fa8", "training"});
    if (validation != columns.end())
      panel.lines.push_back({curves[static_cast<size_t>(validation - columns.begin())], "#c8501e", "validation"});
    else panel.lines.back().name.clear();
    if (best_epoch >= 0) panel.markers.push_back({static_cast<double>(best_epoch), "#444", "best", true});
    figure.panels.push_back(std::move(panel));
  }
  return to_svg(figure);
}

}  // namespace seisgrad
