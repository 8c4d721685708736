// The part of apps/evaluate/score_tables.h that people look at.
#include <algorithm>

#include "apps/evaluate/score_tables.h"
#include "apps/report/chart.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

std::string with_interval(double value, Interval interval) {
  return decimals(value, 3) + " (" + decimals(interval.low, 2) + "-" + decimals(interval.high, 2) + ")";
}

HtmlTable score_table(const PickerScores& pickers, const std::vector<double>& tolerances) {
  HtmlTable table{.header = {"picker", "phase", "within", "found", "extra", "missed", "precision (95 %)",
                             "recall (95 %)", "F1", "best F1 (at)"},
                  .rows = {},
                  .text_columns = 2};
  const auto best = [](const PhaseScore& s, size_t tolerance) {
    if (tolerance > 0) return std::string();
    return decimals(s.best().counts.f1(), 3) + " (" + decimals(s.best().threshold, 2) + ")";
  };
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases)
      for (size_t t = 0; t < tolerances.size(); ++t) {
        const Counts& c = s.at[t];
        table.rows.push_back({p->name, s.phase, joined(tolerances[t], " s"), joined(c.found), joined(c.extra),
                              joined(c.missed), with_interval(c.precision(), wilson(c.found, c.found + c.extra)),
                              with_interval(c.recall(), wilson(c.found, c.found + c.missed)), decimals(c.f1(), 3),
                              best(s, t)});
      }
  return table;
}

HtmlTable residual_table(const PickerScores& pickers) {
  HtmlTable table{.header = {"picker", "phase", "count", "mean", "deviation", "MAE", "median", "MAD", "S-P time: MAPE"},
                  .rows = {},
                  .text_columns = 2};
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases) {
      const ResidualStatistics& r = s.residual;
      const auto seconds = [&](double v) { return decimals(v, 3, r.count > 0) + (r.count > 0 ? " s" : ""); };
      const bool paired = p->s_minus_p_count > 0 && &s == &p->phases.back();
      table.rows.push_back({p->name, s.phase, joined(r.count), seconds(r.mean), seconds(r.deviation),
                            seconds(r.mean_absolute), seconds(r.median), seconds(r.median_deviation),
                            paired ? decimals(p->s_minus_p_percent, 1) + " % of " + joined(p->s_minus_p_count) : ""});
    }
  return table;
}

Chart residual_chart(const PickerScores& pickers, size_t phase, double tolerance) {
  Chart chart{.title = pickers[0]->phases[phase].phase + ": pick minus reference",
              .x = {"seconds (positive: late)", -tolerance, tolerance},
              .y = {"picks"},
              .series = {}};
  for (size_t i = 0; i < pickers.size(); ++i) {
    const PhaseScore& s = pickers[i]->phases[phase];
    chart.series.push_back(histogram(pickers[i]->name, series_colour(i + 1), s.residuals, -tolerance, tolerance, 40));
  }
  return chart;
}

Chart precision_recall_chart(const PickerScores& pickers, size_t phase) {
  Chart chart{.title = pickers[0]->phases[phase].phase + ": precision against recall",
              .x = {"recall", 0, 1},
              .y = {"precision", 0, 1},
              .series = {}};
  for (size_t i = 0; i < pickers.size(); ++i) {
    Series line{.name = pickers[i]->name, .colour = series_colour(i + 1), .x = {}, .y = {}};
    for (const SweepPoint& point : pickers[i]->phases[phase].sweep)
      if (point.counts.found + point.counts.extra > 0) {
        line.x.push_back(point.counts.recall());
        line.y.push_back(point.counts.precision());
      }
    chart.series.push_back(std::move(line));
  }
  return chart;
}

Chart threshold_chart(const PickerScores& pickers, size_t phase) {
  Chart chart{.title = pickers[0]->phases[phase].phase + ": F1 against threshold",
              .x = {"threshold of probability", 0, 1},
              .y = {"F1", 0, 1},
              .series = {}};
  for (size_t i = 0; i < pickers.size(); ++i) {
    Series line{.name = pickers[i]->name, .colour = series_colour(i + 1), .x = {}, .y = {}};
    for (const SweepPoint& point : pickers[i]->phases[phase].sweep) {
      line.x.push_back(point.threshold);
      line.y.push_back(point.counts.f1());
    }
    chart.series.push_back(std::move(line));
  }
  return chart;
}

Chart reliability_chart(const PickerScores& pickers, size_t phase) {
  Chart chart{.title = pickers[0]->phases[phase].phase + ": does a probability hold?",
              .x = {"probability of the pick", 0, 1},
              .y = {"share that matches a reference", 0, 1},
              .series = {{.name = "", .colour = "#999999", .x = {0, 1}, .y = {0, 1}, .dashed = true}}};
  for (size_t i = 0; i < pickers.size(); ++i) {
    Series line{.name = pickers[i]->name, .colour = series_colour(i + 1), .x = {}, .y = {}};
    for (const auto& bin : pickers[i]->phases[phase].reliability.bins)
      if (bin.count > 0) {
        line.x.push_back(bin.mean_score);
        line.y.push_back(bin.share_true);
      }
    Series points = line;
    points.name.clear();
    points.style = SeriesStyle::points;
    chart.series.push_back(std::move(line));
    chart.series.push_back(std::move(points));
  }
  return chart;
}

}  // namespace

void add_scores(HtmlPage& page, const PickerScores& pickers, const std::vector<double>& tolerances) {
  page.heading("Found, extra and missed");
  page.table(score_table(pickers, tolerances));
  page.paragraph(
      joined("A pick is found if it is the closest, one to one, to a reference of its station and phase and "
             "within the tolerance. The best F1 is that of the threshold chosen on these very data, within ",
             tolerances[0], " s; it flatters."));
  page.heading(joined("Residuals of what was found within ", tolerances[0], " s"));
  page.table(residual_table(pickers));
  page.paragraph(
      "Residual: pick minus reference. MAE: mean absolute; MAD: median absolute deviation from the median; "
      "MAPE: mean absolute error of the time from P to S in percent of it, where both were found.");
  std::vector<std::string> figures;
  for (size_t phase = 0; phase < pickers[0]->phases.size(); ++phase) {
    figures.push_back(to_svg(residual_chart(pickers, phase, tolerances[0])));
    figures.push_back(to_svg(precision_recall_chart(pickers, phase)));
    figures.push_back(to_svg(threshold_chart(pickers, phase)));
    figures.push_back(to_svg(reliability_chart(pickers, phase)));
  }
  page.figures(figures);
}

}  // namespace seisgrad
