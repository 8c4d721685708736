// Figure 8 of Shen & Wu 2022: residuals and scores, counts and residuals against the threshold.
#include <algorithm>
#include <cmath>
#include <set>

#include "apps/report/chart.h"
#include "apps/study/report.h"

namespace seisgrad {
namespace {

constexpr const char* score_label = "score, -lg(1 - p)  (1: p 0.9, 2: 0.99, 3: 0.999)";

std::string colour_of(const std::string& name) {
  if (name == "P") return series_colour(2);
  if (name == "S") return series_colour(1);
  return series_colour(name == "Sg" ? 5 : 4);
}

// Residual and score of each pick of the class that was found.
void add_found(const Study& study, const std::string& name, std::vector<double>& residuals,
               std::vector<double>& scores) {
  for (const Finding& f : study.findings) {
    if (!f.found || study.classes.of(study.pick_of(f)) != name) continue;
    residuals.push_back(seconds_between(study.expected_of(f)->time(), study.pick_of(f).time));
    scores.push_back(study.pick_of(f).score);
  }
}

Chart scatter(const std::string& name, const std::vector<double>& residuals, const std::vector<double>& scores,
              double window) {
  Series points{.name = "", .colour = colour_of(name), .x = residuals, .y = scores, .style = SeriesStyle::points};
  const double highest = scores.empty() ? 3 : *std::max_element(scores.begin(), scores.end());
  return {.title = name + ": residual and score of " + std::to_string(scores.size()) + " picks",
          .x = {"residual (s; positive: late)", -window, window},
          .y = {score_label, 0, std::max(3.0, 1.05 * highest)},
          .series = {points},
          .markers = {{.x = 0, .colour = "#888", .label = ""}}};
}

// A line a class of some value of the rows; rows without the value are left out.
std::vector<Series> curves(const std::vector<ThresholdRow>& rows, const auto& value) {
  std::vector<Series> lines;
  for (const ThresholdRow& row : rows) {
    const double y = value(row);
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Series& s) { return s.name == row.name; });
    if (line == lines.end())
      line = lines.insert(lines.end(), {.name = row.name, .colour = colour_of(row.name), .x = {}, .y = {}});
    if (std::isfinite(y)) line->x.push_back(row.score), line->y.push_back(y);
  }
  return lines;
}

// Below the weakest pick, where the scan's threshold was, a curve says nothing.
Chart against_threshold(const Study& study, const std::string& title, Axis y, std::vector<Series> lines) {
  Chart chart{.title = title, .x = {score_label, 0.3, 3}, .y = std::move(y), .series = std::move(lines)};
  double weakest = INFINITY;
  for (const StudyPick& p : study.picks) weakest = std::min(weakest, p.score);
  if (std::isfinite(weakest) && weakest > 0.4)
    chart.markers.push_back({.x = weakest, .colour = "#888", .label = "weakest pick", .dashed = true});
  return chart;
}

// The median and, dashed, one median deviation about it.
Chart residual_chart(const Study& study) {
  std::vector<Series> lines;
  for (const double side : {0.0, -1.0, 1.0})
    for (Series& line : curves(study.thresholds, [&](const ThresholdRow& r) {
           return r.residual.count > 0 ? r.residual.median + side * r.residual.median_deviation : NAN;
         })) {
      line.dashed = side != 0;
      if (line.dashed) line.name.clear();
      lines.push_back(std::move(line));
    }
  return against_threshold(study, "Residual: median, and its deviation (MAD)", {"seconds"}, std::move(lines));
}

}  // namespace

std::vector<NamedChart> study_charts(const Study& study) {
  std::vector<NamedChart> charts;
  for (const std::string& name : class_names(study.picks, study.stations)) {
    std::vector<double> residuals, scores;
    add_found(study, name, residuals, scores);
    if (residuals.empty()) continue;
    const double window = name == "P" || name == "S" ? far_window : local_window;
    charts.push_back({"scatter-" + name, to_svg(scatter(name, residuals, scores, window))});
    Chart bars{.title = name + ": residuals",
               .x = {"residual (s; positive: late)", -window, window},
               .y = {"picks"},
               .series = {histogram("", colour_of(name), residuals, -window, window, 40)}};
    charts.push_back({"residuals-" + name, to_svg(bars)});
  }
  const std::vector<ThresholdRow>& rows = study.thresholds;
  const auto share = [](const ThresholdRow& r) {
    return r.expected > 0 ? static_cast<double>(r.found) / static_cast<double>(r.expected) : NAN;
  };
  const auto found = [](const ThresholdRow& r) { return static_cast<double>(r.found); };
  const auto false_day = [](const ThresholdRow& r) { return r.false_per_day(); };
  const auto add = [&](const char* name, const Chart& chart) { charts.push_back({name, to_svg(chart)}); };
  add("found", against_threshold(study, "Recalled phases", {"picks of known arrivals"}, curves(rows, found)));
  add("recall",
      against_threshold(study, "Recalled share of what theory expects", {"share", 0, 1}, curves(rows, share)));
  add("false", against_threshold(study, "Picks that nothing explains", {"a station and day"}, curves(rows, false_day)));
  add("residual-threshold", residual_chart(study));
  return charts;
}

}  // namespace seisgrad
