// What `seisgrad evaluate --model` writes.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/evaluate/model_score.h"
#include "apps/evaluate/score_tables.h"
#include "apps/report/chart.h"
#include "apps/report/folder.h"
#include "apps/report/heat_map.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

// " of its part test"; synthetic traces have no parts.
std::string of_part(const EvaluateOptions& o) {
  return o.data.rfind("synthetic:", 0) == 0 || o.part == "all" ? "" : " of its part " + o.part;
}

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string bad_csv(const std::map<std::string, std::string>& bad) {
  std::string text = "trace,reason\n";
  for (const auto& row : bad) text += csv_cell(row.first) + "," + csv_cell(row.second) + "\n";
  return text;
}

// At most some 300 of its points, the last among them: a figure has no room for more.
std::vector<OperatingPoint> thinned(const RankedCurve& curve) {
  std::vector<OperatingPoint> points;
  const size_t step = 1 + curve.points.size() / 300;
  for (size_t i = 0; i < curve.points.size(); i += step) points.push_back(curve.points[i]);
  if (!curve.points.empty()) points.push_back(curve.points.back());
  return points;
}

std::string curve_rows(const std::string& name, const RankedCurve& curve) {
  std::string rows;
  for (const OperatingPoint& p : thinned(curve))
    rows += joined(csv_cell(name), ",", decimals(p.threshold, 6), ",", decimals(curve.recall(p), 4), ",",
                   decimals(curve.precision(p), 4), ",", decimals(curve.false_positive_rate(p), 4), "\n");
  return rows;
}
constexpr const char* curve_header = "class,threshold,recall,precision,false_positive_rate\n";

struct Curves {
  Chart roc{.title = "ROC", .x = {"false positive rate", 0, 1}, .y = {"recall", 0, 1}, .series = {}};
  Chart precision{.title = "Precision against recall", .x = {"recall", 0, 1}, .y = {"precision", 0, 1}, .series = {}};

  void add(const std::string& name, const std::string& colour, const RankedCurve& curve) {
    Series r{.name = name, .colour = colour, .x = {0}, .y = {0}}, p{.name = name, .colour = colour, .x = {}, .y = {}};
    for (const OperatingPoint& point : thinned(curve)) {
      r.x.push_back(curve.false_positive_rate(point));
      r.y.push_back(curve.recall(point));
      p.x.push_back(curve.recall(point));
      p.y.push_back(curve.precision(point));
    }
    roc.series.push_back(std::move(r));
    precision.series.push_back(std::move(p));
  }
};

Chart reliability_chart(const std::vector<ScoredCase>& cases, const std::string& title) {
  Chart chart{.title = title,
              .x = {"probability", 0, 1},
              .y = {"share that is true", 0, 1},
              .series = {{.name = "", .colour = "#999999", .x = {0, 1}, .y = {0, 1}, .dashed = true}}};
  Series line{.name = "", .colour = series_colour(1), .x = {}, .y = {}};
  for (const auto& bin : reliability_of(cases).bins)
    if (bin.count > 0) line.x.push_back(bin.mean_score), line.y.push_back(bin.share_true);
  Series points = line;
  points.style = SeriesStyle::points;
  chart.series.push_back(std::move(line));
  chart.series.push_back(std::move(points));
  return chart;
}

std::string outcomes_csv(const EqtransformerScore& score) {
  std::string text = "trace,phase,outcome,reference,pick,residual,probability,probability_deviation\n";
  const auto cell = [](double v) { return std::isnan(v) ? std::string() : decimals(v, 4); };
  for (const TraceOutcome& o : score.outcomes) {
    const char* outcome = std::isnan(o.reference) ? "extra" : std::isnan(o.pick) ? "missed" : "found";
    text += joined(csv_cell(o.trace), ",", o.phase, ",", outcome, ",", cell(o.reference), ",", cell(o.pick), ",",
                   cell(o.pick - o.reference), ",", std::isnan(o.pick) ? "" : decimals(o.probability, 4), ",",
                   cell(o.deviation), "\n");
  }
  return text;
}

// Whether what is spread out is wrong more often: mean deviation of found and of extra picks.
void add_spread(HtmlPage& page, const EqtransformerScore& score) {
  std::vector<double> found, extra;
  for (const TraceOutcome& o : score.outcomes)
    if (!std::isnan(o.deviation)) (std::isnan(o.reference) ? extra : found).push_back(o.deviation);
  if (found.empty() && extra.empty()) return;
  page.heading("Spread over the passes of Monte Carlo dropout");
  page.table(
      {.header = {"picks", "count", "mean deviation", "median"},
       .rows = {
           {"found", joined(found.size()), decimals(statistics_of(found).mean, 4), decimals(median_of(found), 4)},
           {"extra", joined(extra.size()), decimals(statistics_of(extra).mean, 4), decimals(median_of(extra), 4)}}});
  Chart chart{
      .title = "Deviation of the probability at the pick", .x = {"deviation", 0, 0.5}, .y = {"picks"}, .series = {}};
  chart.series.push_back(histogram("found", series_colour(1), found, 0, 0.5, 25));
  chart.series.push_back(histogram("extra", series_colour(2), extra, 0, 0.5, 25));
  page.figures({to_svg(chart)});
}

}  // namespace

void write_report(const EvaluateOptions& o, const EqtransformerScore& score) {
  make_folder(o.out);
  const auto write = [&](const char* name, const std::string& text) { replace_file(o.out + "/" + name, text); };
  const PickerScores pickers = {&score.picks};
  const RankedCurve detection = ranked_curve(score.detection_cases);
  const Counts& d = score.detection;
  write("scores.csv", scores_csv(pickers, o.tolerances));
  write("residuals.csv", residuals_csv(pickers));
  write("thresholds.csv", thresholds_csv(pickers));
  write("arrivals.csv", outcomes_csv(score));
  write("curves.csv", curve_header + curve_rows("detection", detection));
  write("bad_traces.csv", bad_csv(score.bad));
  Json json = scores_json(score.picks, o.tolerances);
  json["data"] = {{"path", o.data}, {"part", o.part}, {"traces", score.traces}, {"bad", score.bad.size()}};
  json["thresholds"] = {{"detection", score.thresholds[0]}, {"P", score.thresholds[1]}, {"S", score.thresholds[2]}};
  json["detection"] = {{"found", d.found},
                       {"extra", d.extra},
                       {"missed", d.missed},
                       {"precision", d.precision()},
                       {"recall", d.recall()},
                       {"f1", d.f1()},
                       {"roc_area", detection.roc_area()},
                       {"average_precision", detection.average_precision()}};
  write("evaluation.json", dumped(json));

  HtmlPage page(score.picks.name + " on " + o.data);
  page.paragraph(joined(score.traces, " traces", of_part(o), "; ", score.bad.size(),
                        " could not be used. Thresholds: detection ", score.thresholds[0], ", P ", score.thresholds[1],
                        ", S ", score.thresholds[2], "."));
  page.heading("Detection");
  page.table({.header = {"found", "extra", "missed", "precision", "recall", "F1", "area under ROC"},
              .rows = {{joined(d.found), joined(d.extra), joined(d.missed), decimals(d.precision(), 3),
                        decimals(d.recall(), 3), decimals(d.f1(), 3), decimals(detection.roc_area(), 4)}},
              .text_columns = 0});
  page.paragraph(
      "An event is found by a detection between its P and its end; a noise trace with one is extra. ROC: the "
      "largest detection probability of a trace, events against noise.");
  Curves curves;
  curves.add("detection", series_colour(1), detection);
  page.figures({to_svg(curves.roc), to_svg(curves.precision),
                to_svg(reliability_chart(score.detection_cases, "Detection: does a probability hold?"))});
  add_scores(page, pickers, o.tolerances);
  add_spread(page, score);
  write("report.html", page.text());
}

void write_report(const EvaluateOptions& o, const ClassifierScore& score) {
  make_folder(o.out);
  const auto write = [&](const char* name, const std::string& text) { replace_file(o.out + "/" + name, text); };
  const Confusion& confusion = score.confusion;
  const size_t n = confusion.classes.size();
  std::string confusion_csv = "truth,predicted,count\n", curves_csv = curve_header;
  std::string classes_csv = "class,windows,precision,recall,f1,roc_area,average_precision\n";
  HtmlTable table{.header = {"class", "windows", "precision", "recall", "F1", "area under ROC", "average precision"},
                  .rows = {}};
  Json json = {
      {"name", score.name},
      {"data", {{"path", o.data}, {"part", o.part}, {"windows", confusion.total()}, {"bad", score.bad.size()}}},
      {"accuracy", confusion.accuracy()},
      {"expected_calibration_error", reliability_of(score.sure).expected_error()},
      {"classes", Json::object()}};
  HeatMap map{.title = "Confusion",
              .row_label = "truth",
              .column_label = "taken for",
              .rows = confusion.classes,
              .columns = confusion.classes,
              .values = {}};
  Curves curves;
  for (size_t k = 0; k < n; ++k) {
    Counts c;
    for (size_t j = 0; j < n; ++j) {
      confusion_csv += joined(confusion.classes[k], ",", confusion.classes[j], ",", confusion.at(k, j), "\n");
      map.values.push_back(static_cast<double>(confusion.at(k, j)));
      if (j != k) c.missed += confusion.at(k, j), c.extra += confusion.at(j, k);
    }
    c.found = confusion.at(k, k);
    const RankedCurve curve = ranked_curve(score.cases[k]);
    table.rows.push_back({confusion.classes[k], joined(c.found + c.missed), decimals(c.precision(), 3),
                          decimals(c.recall(), 3), decimals(c.f1(), 3), decimals(curve.roc_area(), 4),
                          decimals(curve.average_precision(), 4)});
    for (size_t i = 0; i < table.header.size(); ++i) classes_csv += (i > 0 ? "," : "") + table.rows.back()[i];
    classes_csv += "\n";
    curves_csv += curve_rows(confusion.classes[k], curve);
    curves.add(confusion.classes[k], series_colour(k), curve);
    json["classes"][confusion.classes[k]] = {
        {"windows", c.found + c.missed}, {"precision", c.precision()},
        {"recall", c.recall()},          {"f1", c.f1()},
        {"roc_area", curve.roc_area()},  {"average_precision", curve.average_precision()}};
  }
  write("confusion.csv", confusion_csv);
  write("classes.csv", classes_csv);
  write("curves.csv", curves_csv);
  write("bad_traces.csv", bad_csv(score.bad));
  write("evaluation.json", dumped(json));

  HtmlPage page(score.name + " on " + o.data);
  page.paragraph(joined(confusion.total(), " windows", of_part(o), ", ", decimals(100 * confusion.accuracy(), 2),
                        " % right; ", score.bad.size(), " traces could not be used."));
  page.table(table);
  page.figures({to_svg(map), to_svg(curves.precision), to_svg(curves.roc),
                to_svg(reliability_chart(score.sure, "Class taken: does its probability hold?"))});
  page.paragraph("Precision against recall and ROC: each class against all others, by its probability.");
  write("report.html", page.text());
}

}  // namespace seisgrad
