#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/evaluate/metrics.h"
#include "apps/evaluate/score_tables.h"
#include "apps/experiment/report_page.h"
#include "apps/experiment/reports.h"
#include "apps/experiment/suspects_page.h"
#include "data/csv.h"
#include "data/packed.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

struct Found {
  int64_t windows = 0, suspects = 0;
};

// What stands in suspected.csv: part and error.
std::map<std::string, std::map<std::string, Found>> found_in(const std::string& path) {
  std::map<std::string, std::map<std::string, Found>> found;
  CsvReader table(path);
  while (table.next())
    found[table.cell("part")][table.cell("error")] = {std::stoll(table.cell("windows")),
                                                      std::stoll(table.cell("suspects"))};
  return found;
}

void add_planted(HtmlPage& page, const std::string& out) {
  const auto parts = found_in(out + "/suspected.csv");
  HtmlTable table{.header = {"part", "planted", "windows", "suspects", "share"}, .rows = {}, .text_columns = 2};
  HtmlTable sums{.header = {"part", "windows", "planted errors", "suspects", "of them planted", "precision", "recall"},
                 .rows = {}};
  for (const auto& [part, errors] : parts) {
    Counts counts;
    int64_t windows = 0;
    for (const auto& [error, found] : errors) {
      windows += found.windows;
      table.rows.push_back({part, error, joined(found.windows), joined(found.suspects),
                            decimals(100.0 * double(found.suspects) / double(found.windows), 1) + " %"});
      if (error == "none") counts.extra = found.suspects;
      else counts.found += found.suspects, counts.missed += found.windows - found.suspects;
    }
    sums.rows.push_back({part, joined(windows), joined(counts.found + counts.missed),
                         joined(counts.found + counts.extra), joined(counts.found), decimals(counts.precision(), 3),
                         decimals(counts.recall(), 3)});
  }
  page.heading("What was suspected");
  page.table(sums);
  page.table(table);
  page.paragraph(
      "Planted: errors that the synthetic data set was given on purpose (docs/synthetic.md); none: windows whose label "
      "is "
      "right, as far as it is known. These are suspected where a window cannot be told, such as a very weak arrival.");
}

// Of rounds that both have: trained on washed data minus on unwashed.
Spread gain(const Sweep& sweep, const Value& value) {
  Point washed = base_point(sweep.config()), unwashed = washed;
  washed.washed = true;
  std::vector<double> gains;
  for (int64_t round = 1; round <= sweep.config().rounds; ++round) {
    washed.round = unwashed.round = round;
    const RunRow *with = sweep.row(washed), *without = sweep.row(unwashed);
    if (with && without && std::isfinite(value(*with) - value(*without)))
      gains.push_back(value(*with) - value(*without));
  }
  return spread_of(gains);
}

}  // namespace

void wash_report(const Sweep& sweep) {
  const std::string out = sweep.options().out, suspects = out + "/suspects.csv",
                    data = sweep.config().data.path.empty() ? sweep.work() + "/data" : sweep.config().data.path;
  Point base = base_point(sweep.config());
  PointGroup group{"", {base, base}, {0, 1}};
  group.points[1].washed = true;
  const Axis x{.label = "training data", .names = {"unwashed", "washed"}};
  ReportPage report(sweep, "wash", "Washing: labels that out-of-fold models doubt", {group});
  const auto& rule = sweep.config().wash;
  report.page().paragraph(joined(
      "A window is suspect where the mean probability of its label is less than ", rule.probability, " and at least ",
      100 * rule.majority, " % of the models prefer another class, all trained without it. The training events are in ",
      rule.folds, " folds, and each fold is left out with ", rule.seeds, " seeds. So a training window has ",
      rule.seeds, " models; one of validation or test, which no model trains on, has all ", rule.folds * rule.seeds,
      ". Suspects are dropped from what trains, or as the review says."));
  if (std::filesystem::exists(out + "/suspected.csv")) add_planted(report.page(), out);
  report.page().heading("Whether it helps");
  report.figures(
      {{"test", mean_chart(sweep, {group}, {.title = "All test windows", .x = x, .y = {"accuracy, %"}, .series = {}},
                           test_accuracy)},
       {"washed_test",
        mean_chart(sweep, {group},
                   {.title = "Test windows without suspects", .x = x, .y = {"accuracy, %"}, .series = {}},
                   washed_accuracy)}});
  report.add_table(x);
  const Spread all = gain(sweep, test_accuracy), clean = gain(sweep, washed_accuracy);
  if (all.rounds > 0)
    report.page().paragraph(joined("Washed minus unwashed, round by round (", all.rounds,
                                   "), in percent of the windows: ", text_of(all, 2), " on all test windows, ",
                                   text_of(clean, 2), " without suspects."));
  report.write();
  if (std::filesystem::exists(suspects) && is_packed(data))
    replace_file(out + "/suspects.html", suspects_page(suspects, data));
}

}  // namespace seisgrad
