#include "apps/experiment/report_page.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/evaluate/score_tables.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::vector<double> values_of(const Sweep& sweep, const Point& point, const Value& value) {
  std::vector<double> values;
  for (const RunRow* row : sweep.rounds(point))
    if (const double v = value(*row); std::isfinite(v)) values.push_back(v);
  return values;
}

Json json_of(const Spread& s) {
  if (s.rounds == 0) return nullptr;
  return {{"rounds", s.rounds}, {"mean", s.mean}, {"deviation", s.deviation}, {"low", s.low}, {"high", s.high}};
}

}  // namespace

double val_accuracy(const RunRow& row) { return 100 * row.val_accuracy; }
double test_accuracy(const RunRow& row) { return 100 * row.test.accuracy; }
double test_loss(const RunRow& row) { return row.test.loss; }
double washed_accuracy(const RunRow& row) { return row.washed_test.windows > 0 ? 100 * row.washed_test.accuracy : NAN; }
double washed_loss(const RunRow& row) { return row.washed_test.windows > 0 ? row.washed_test.loss : NAN; }

Value least_val_loss(const Sweep& sweep) {
  return [&sweep](const RunRow& row) {
    double least = NAN;
    for (const EpochRow& e : sweep.rows().epochs_of(row.key)) least = std::fmin(least, e.val_loss);
    return least;
  };
}

Spread spread_of(const Sweep& sweep, const Point& point, const Value& value) {
  return spread_of(values_of(sweep, point, value));
}

Spread spread_of(const std::vector<double>& v) {
  if (v.empty()) return {};
  Spread s{.rounds = v.size(), .low = v[0], .high = v[0]};
  const auto n = static_cast<double>(v.size());
  double squares = 0;
  for (const double x : v) s.mean += x / n, s.low = std::min(s.low, x), s.high = std::max(s.high, x);
  for (const double x : v) squares += (x - s.mean) * (x - s.mean);
  if (v.size() > 1) s.deviation = std::sqrt(squares / (n - 1));
  return s;
}

std::string text_of(const Spread& s, int digits) {
  if (s.rounds == 0) return "-";
  return decimals(s.mean, digits) + " ± " + decimals(s.deviation, digits, s.rounds > 1);
}

Chart mean_chart(const Sweep& sweep, const std::vector<PointGroup>& groups, const Chart& frame, const Value& value) {
  Chart chart = frame;
  for (size_t g = 0; g < groups.size(); ++g) {
    const std::string colour = series_colour(g + 1);
    // side by side, so that bars do not hide each other
    const double aside = 0.1 * (static_cast<double>(g) - 0.5 * static_cast<double>(groups.size() - 1));
    Series line{.name = groups.size() > 1 ? groups[g].name : "", .colour = colour, .x = {}, .y = {}};
    Series rounds{.name = "", .colour = colour, .x = {}, .y = {}, .style = SeriesStyle::points};
    for (size_t i = 0; i < groups[g].points.size(); ++i) {
      const double x = groups[g].x[i] + aside;
      const Spread s = spread_of(sweep, groups[g].points[i], value);
      if (s.rounds == 0) continue;
      line.x.push_back(x), line.y.push_back(s.mean);
      chart.series.push_back({.name = "", .colour = colour, .x = {x, x}, .y = {s.low, s.high}});
      for (const double v : values_of(sweep, groups[g].points[i], value)) rounds.x.push_back(x), rounds.y.push_back(v);
    }
    chart.series.push_back(std::move(line));
    chart.series.push_back(std::move(rounds));
  }
  return chart;
}

Chart round_chart(const Sweep& sweep, const PointGroup& group, const Chart& frame, const Value& value) {
  Chart chart = frame;
  for (int64_t round = 1; round <= sweep.config().rounds; ++round) {
    Series line{
        .name = joined("round ", round), .colour = series_colour(static_cast<size_t>(round - 1)), .x = {}, .y = {}};
    for (size_t i = 0; i < group.points.size(); ++i) {
      Point point = group.points[i];
      point.round = round;
      const RunRow* row = sweep.row(point);
      if (!row || !std::isfinite(value(*row))) continue;
      line.x.push_back(group.x[i]), line.y.push_back(value(*row));
    }
    if (!line.x.empty()) chart.series.push_back(std::move(line));
  }
  return chart;
}

ReportPage::ReportPage(const Sweep& sweep, std::string name, const std::string& title,
                       const std::vector<PointGroup>& groups)
    : sweep_(sweep), name_(std::move(name)), groups_(groups), page_(title) {
  size_t runs = 0, done = 0;
  const auto rounds = static_cast<size_t>(sweep.config().rounds);
  for (const PointGroup& group : groups)
    for (const Point& point : group.points) runs += rounds, done += sweep.rounds(point).size();
  page_.paragraph(joined(done == runs ? "" : "Not finished: ", done, " of ", runs,
                         " runs are done. Each is a training of its own with another seed; means are over the rounds "
                         "that are done, ± is their standard deviation, bars reach from the least to the largest."));
}

void ReportPage::figures(const std::vector<std::pair<std::string, Chart>>& charts) {
  std::vector<std::string> row;
  for (const auto& [name, chart] : charts) {
    const std::string svg = to_svg(chart);
    replace_file(sweep_.options().out + "/" + name_ + "_" + name + ".svg", svg);
    row.push_back(svg);
  }
  page_.figures(row);
}

void ReportPage::add_table(const Axis& axis) { add_table(axis, std::span(groups_)); }
void ReportPage::add_table(const Axis& axis, size_t group) { add_table(axis, std::span(groups_).subspan(group, 1)); }

void ReportPage::add_table(const Axis& axis, std::span<const PointGroup> groups) {
  HtmlTable table{.header = {"", axis.label, "rounds", "parameters", "validation, %", "test, %", "washed test, %",
                             "test loss", "washed test loss"},
                  .rows = {}};
  for (const PointGroup& group : groups)
    for (size_t i = 0; i < group.points.size(); ++i) {
      const std::vector<const RunRow*> rows = sweep_.rounds(group.points[i]);
      if (rows.empty()) continue;
      const auto cell = [&](const Value& value, int digits) {
        return text_of(spread_of(sweep_, group.points[i], value), digits);
      };
      const std::string at = axis.names.empty() ? joined(group.x[i]) : axis.names[static_cast<size_t>(group.x[i])];
      table.rows.push_back({groups.size() > 1 ? group.name : "", at, joined(rows.size()), joined(rows[0]->parameters),
                            cell(val_accuracy, 2), cell(test_accuracy, 2), cell(washed_accuracy, 2), cell(test_loss, 4),
                            cell(washed_loss, 4)});
    }
  page_.table(table);
}

void ReportPage::write() const {
  const std::pair<const char*, Value> values[] = {
      {"val_accuracy", val_accuracy},
      {"least_val_loss", least_val_loss(sweep_)},
      {"test_accuracy", test_accuracy},
      {"test_loss", test_loss},
      {"washed_test_accuracy", washed_accuracy},
      {"washed_test_loss", washed_loss},
      {"mean_square_weight", [](const RunRow& r) { return r.mean_square_weight; }},
      {"penalty", [](const RunRow& r) { return r.penalty; }}};
  std::string csv = "group,x,round,key";
  for (const auto& value : values) csv += joined(",", value.first);
  csv += "\n";
  Json json = {{"sweep", name_}, {"points", Json::array()}};
  for (const PointGroup& group : groups_)
    for (size_t i = 0; i < group.points.size(); ++i) {
      for (const RunRow* row : sweep_.rounds(group.points[i])) {
        csv += joined(csv_cell(group.name), ",", group.x[i], ",", row->point.round, ",", row->key);
        for (const auto& value : values) {
          const double v = value.second(*row);
          csv += std::isfinite(v) ? joined(",", v) : ",";
        }
        csv += "\n";
      }
      Json point = {{"group", group.name}, {"x", group.x[i]}};
      for (const auto& value : values) point[value.first] = json_of(spread_of(sweep_, group.points[i], value.second));
      json["points"].push_back(std::move(point));
    }
  const std::string base = sweep_.options().out + "/" + name_;
  replace_file(base + ".csv", csv);
  replace_file(base + ".json", json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  replace_file(base + ".html", page_.text());
}

}  // namespace seisgrad
