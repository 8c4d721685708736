// ReportPage: the page of one sweep and the files beside it, and what the sweeps' pages have in common: values of some
// groups over an axis, each some rounds.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/experiment/sweep.h"
#include "apps/report/chart.h"
#include "apps/report/html.h"

namespace seisgrad {

// Points of one round that belong together, such as washed data over depth, and where each stands on the axis.
struct PointGroup {
  std::string name;
  std::vector<Point> points;
  std::vector<double> x;
};

using Value = std::function<double(const RunRow&)>;

// Accuracies in percent; NaN where there is no washed test set yet.
double val_accuracy(const RunRow& row);
double test_accuracy(const RunRow& row);
double washed_accuracy(const RunRow& row);
double test_loss(const RunRow& row);
double washed_loss(const RunRow& row);
Value least_val_loss(const Sweep& sweep);  // over the epochs

// Mean and spread of a value over the rounds of a point that are done.
struct Spread {
  size_t rounds = 0;
  double mean = 0, deviation = 0, low = 0, high = 0;  // deviation: of the sample (n - 1); 0 of one round
};
Spread spread_of(const std::vector<double>& values);
Spread spread_of(const Sweep& sweep, const Point& point, const Value& value);
std::string text_of(const Spread& spread, int digits);  // "96.21 ± 0.13"

// The mean of each group as a line, least to largest as a bar, rounds as points. With several groups, x counts steps
// of 1.
Chart mean_chart(const Sweep& sweep, const std::vector<PointGroup>& groups, const Chart& frame, const Value& value);
// A line a round, of one group.
Chart round_chart(const Sweep& sweep, const PointGroup& group, const Chart& frame, const Value& value);

class ReportPage {
 public:
  ReportPage(const Sweep& sweep, std::string name, const std::string& title, const std::vector<PointGroup>& groups);

  HtmlPage& page() { return page_; }
  // Beside each other; each is OUT/NAME_FIGURE.svg too.
  void figures(const std::vector<std::pair<std::string, Chart>>& charts);
  // Mean and spread of accuracy and loss of each point of all groups, or of one.
  void add_table(const Axis& axis);
  void add_table(const Axis& axis, size_t group);
  // NAME.html, NAME.csv (the rows of the groups' runs), NAME.json.
  void write() const;

 private:
  void add_table(const Axis& axis, std::span<const PointGroup> groups);

  const Sweep& sweep_;
  std::string name_;
  std::vector<PointGroup> groups_;
  HtmlPage page_;
};

}  // namespace seisgrad
