#include "apps/experiment/reports.h"

#include <algorithm>
#include <cmath>

#include "apps/experiment/report_page.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

Chart frame(const std::string& title, const Axis& x, const std::string& y) {
  return {.title = title, .x = x, .y = {y}, .series = {}};
}

constexpr const char *percent = "accuracy, %", *nats = "cross-entropy";

// Validation's best accuracy and least loss, then both test sets.
void add_means(ReportPage& report, const Sweep& sweep, const std::vector<PointGroup>& groups, const Axis& x) {
  report.page().heading("Best accuracy and least loss of validation");
  report.figures(
      {{"val_accuracy", mean_chart(sweep, groups, frame("Best validation accuracy", x, percent), val_accuracy)},
       {"val_loss", mean_chart(sweep, groups, frame("Least validation loss", x, nats), least_val_loss(sweep))}});
  report.page().heading("Test windows, read once with the weights of the best validation");
  report.figures({{"test", mean_chart(sweep, groups, frame("All test windows", x, percent), test_accuracy)},
                  {"washed_test",
                   mean_chart(sweep, groups, frame("Test windows without suspects", x, percent), washed_accuracy)}});
  report.add_table(x);
}

PointGroup group_of(const std::string& name, const std::vector<Point>& points, const std::vector<double>& x = {}) {
  PointGroup group{name, points, x};
  for (size_t i = group.x.size(); i < points.size(); ++i) group.x.push_back(static_cast<double>(i));
  return group;
}

std::vector<double> weighted_depths(const std::vector<Point>& points) {
  std::vector<double> x;
  for (const Point& p : points) x.push_back(static_cast<double>(p.weighted_depth()));
  return x;
}

// An axis with room beside its first and last point.
Axis depth_axis(const std::string& label, const std::vector<PointGroup>& groups) {
  return {label, groups[0].x.front() - 0.5, groups[0].x.back() + 0.5};
}

}  // namespace

void depth_report(const Sweep& sweep) {
  std::vector<PointGroup> groups;
  for (const bool washed : {false, true}) {
    const std::vector<Point> points = depth_points(sweep.config(), washed);
    groups.push_back(group_of(washed ? "washed" : "unwashed", points, weighted_depths(points)));
  }
  ReportPage report(sweep, "depth", "Depth of the network, on unwashed and washed training data", groups);
  const Axis x = depth_axis("blocks", groups);
  add_means(report, sweep, groups, x);
  for (const PointGroup& g : groups) {
    report.page().heading("Each round, trained on " + g.name + " data");
    report.figures({{g.name + "_rounds_accuracy",
                     round_chart(sweep, g, frame("Best validation accuracy, " + g.name, x, percent), val_accuracy)},
                    {g.name + "_rounds_loss", round_chart(sweep, g, frame("Least validation loss, " + g.name, x, nats),
                                                          least_val_loss(sweep))}});
  }
  report.write();
}

void residual_report(const Sweep& sweep) {
  std::vector<PointGroup> groups;
  for (const bool residual : {false, true}) {
    const std::vector<Point> points = residual_points(sweep.config(), residual);
    groups.push_back(group_of(residual ? "residual" : "plain", points, weighted_depths(points)));
  }
  ReportPage report(sweep, "residual", "Plain and residual blocks at equal weighted depth", groups);
  report.page().paragraph(
      "A residual block counts as two weighted convolutions, so D residual blocks stand beside 2 D plain ones.");
  add_means(report, sweep, groups, depth_axis("weighted convolutions", groups));
  report.write();
}

void samples_report(const Sweep& sweep) {
  const std::vector<PointGroup> groups = {group_of("", share_points(sweep.config()), sweep.config().shares)};
  ReportPage report(sweep, "samples", "Parts of the training events", groups);
  report.page().paragraph(
      "Nested: the events of a smaller part are in every larger one. Validation and test events are the same.");
  add_means(report, sweep, groups, {.label = "share of the training events", .logarithmic = true});
  report.write();
}

// Lambda 0 has no place on a logarithmic axis, so the values stand side by side.
void l2_report(const Sweep& sweep) {
  const std::vector<Point> points = l2_points(sweep.config());
  Axis x{"lambda"};
  for (const Point& p : points) x.names.push_back(joined(p.l2));
  const std::vector<PointGroup> groups = {group_of("", points)};
  ReportPage report(sweep, "l2", "L2 penalty: J = cross-entropy + lambda sum w²", groups);
  double most = 0;
  size_t best = points.size();
  for (size_t i = 0; i < points.size(); ++i)
    if (const Spread s = spread_of(sweep, points[i], val_accuracy); s.rounds > 0 && s.mean > most)
      most = s.mean, best = i;
  const auto marked = [&](Chart chart) {
    if (best < points.size())
      chart.markers.push_back({static_cast<double>(best), "#009e73", "best", true, best + 1 == points.size()});
    return chart;
  };
  const auto all = [&](const std::string& title, const std::string& y, const Value& value) {
    return marked(mean_chart(sweep, groups, frame(title, x, y), value));
  };
  report.page().heading("Accuracy, mean square weight and parts of the loss");
  if (best < points.size())
    report.page().paragraph(
        joined("Best by validation accuracy, on average over the rounds: lambda = ", points[best].l2, "."));
  Chart loss = frame("Parts of the loss at the best epoch", x, "nats");
  const std::pair<const char*, Value> parts[] = {
      {"cross-entropy, validation", [](const RunRow& r) { return r.val_loss; }},
      {"lambda sum w²", [](const RunRow& r) { return r.penalty; }},
      {"both", [](const RunRow& r) { return r.val_loss + r.penalty; }}};
  for (size_t k = 0; k < std::size(parts); ++k) {
    const Chart part = mean_chart(sweep, groups, frame("", x, ""), parts[k].second);
    for (Series s : part.series) {
      s.colour = series_colour(k + 1);
      if (s.style == SeriesStyle::line && s.x.size() > 2) s.name = parts[k].first;
      loss.series.push_back(std::move(s));
    }
  }
  Chart weights = all("Mean square weight", "sum w² / count", [](const RunRow& r) { return r.mean_square_weight; });
  // whole powers of ten, so that the axis has marks
  weights.y.logarithmic = true;
  for (const Series& series : weights.series)
    for (const double v : series.y) {
      if (!(v > 0)) continue;
      const double below = std::pow(10, std::floor(std::log10(v))), above = std::pow(10, std::ceil(std::log10(v)));
      weights.y.low = weights.y.low > 0 ? std::min(weights.y.low, below) : below;
      weights.y.high = std::max(weights.y.high, above);
    }
  report.figures({{"val_accuracy", all("Best validation accuracy", percent, val_accuracy)},
                  {"weights", weights},
                  {"loss", marked(loss)},
                  {"test", all("All test windows", percent, test_accuracy)},
                  {"washed_test", all("Test windows without suspects", percent, washed_accuracy)}});
  report.add_table(x);
  report.write();
}

void construction_report(const Sweep& sweep) {
  const std::vector<ConstructionChange> changes = construction_changes(sweep.config());
  std::vector<PointGroup> groups;
  for (const ConstructionChange& change : changes) groups.push_back(group_of(change.name, change.points));
  ReportPage report(sweep, "construction", "How samples are made", groups);
  report.page().paragraph(
      "One change at a time. The test windows are cut as the training windows are, from the same test events, but with "
      "the "
      "arrival where it should be; \"cut elsewhere\" has them begin up to 2 s earlier or later. Another length or "
      "choice of "
      "noise makes other windows, so accuracies of different tasks stand side by side.");
  for (size_t i = 0; i < changes.size(); ++i) {
    const Axis x{.label = changes[i].name + (changes[i].unit.empty() ? "" : ", " + changes[i].unit),
                 .names = changes[i].values};
    const std::vector<PointGroup> one = {groups[i]};
    report.page().heading(changes[i].name);
    report.figures(
        {{changes[i].name, mean_chart(sweep, one, frame("Test accuracy", x, percent), test_accuracy)},
         {changes[i].name + "_elsewhere", mean_chart(sweep, one, frame("Test windows cut elsewhere", x, percent),
                                                     [](const RunRow& r) { return 100 * r.shifted_accuracy; })}});
    report.add_table(x, i);
  }
  report.write();
}

void write_reports(const Sweep& sweep, const std::string& which) {
  const std::pair<const char*, void (*)(const Sweep&)> reports[] = {
      {"depth", depth_report},      {"residual", residual_report}, {"l2", l2_report},
      {"wash", wash_report},        {"samples", samples_report},   {"construction", construction_report},
      {"ensemble", ensemble_report}};
  for (const auto& [name, write] : reports)
    if (which == "all" || which == name) write(sweep);
}

}  // namespace seisgrad
