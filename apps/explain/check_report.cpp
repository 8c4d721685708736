#include "apps/explain/check_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/explain/explanation.h"
#include "apps/report/chart.h"
#include "apps/report/html.h"
#include "apps/report/svg_text.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(double share) {
  std::string text;
  print(text, "%.1f %%", 100 * share);
  return text;
}

std::string windows_csv(const CheckResult& result) {
  std::string text = "window,class,probability,completeness_error,integration_steps";
  for (const char* method : {"paper", "port", "local", "smoothgrad", "integrated"})
    print(text, ",%s_tenth,%s_over_moved,%s_over_scattered", method, method, method);
  for (const CheckedWindow& w : result.windows) {
    print(text, "\n%s,%s,%.6g,%.4g,%lld", w.name.c_str(), w.target.c_str(), w.probability, w.completeness_error,
          static_cast<long long>(w.integration_steps));
    for (const Deletion& d : w.deletion) print(text, ",%.6g,%.6g,%.6g", d.top_tenth(), d.over_moved, d.over_scattered);
  }
  return text + "\n";
}

Series mean_curve(const CheckResult& result, size_t method, bool top) {
  Series s{.name = top ? checked_methods[method] : "",
           .colour = series_colour(method + 1),
           .x = {0},
           .y = {0},
           .dashed = !top};
  const double n = static_cast<double>(result.windows.size());
  for (const CheckedWindow& w : result.windows) s.y[0] += w.probability / n;
  for (size_t f = 0; f < deleted_fractions.size(); ++f) {
    s.x.push_back(deleted_fractions[f]);
    s.y.push_back(0);
    for (const CheckedWindow& w : result.windows)
      s.y.back() += (top ? w.deletion[method].top : w.deletion[method].moved)[f] / n;
  }
  return s;
}

std::string deletion_svg(const CheckResult& result) {
  Chart chart{.title = "Deletion: what is left of p (dashed: the mask moved)",
              .x = {"share of samples masked", 0, 0.5},
              .y = {"mean probability of the class", 0, 1},
              .series = {},
              .width = 620,
              .height = 400};
  for (size_t method = 0; method < checked_methods.size(); ++method)
    for (const bool top : {true, false}) chart.series.push_back(mean_curve(result, method, top));
  return to_svg(chart);
}

// The map that was asked for.
const char* cam_name(const MapOptions& o) { return checked_methods[static_cast<size_t>(o.alpha)]; }

std::string random_weights_svg(const CheckResult& result, const MapOptions& o) {
  Series cam{.name = cam_name(o), .colour = series_colour(1), .x = {}, .y = {}};
  Series smooth{.name = checked_methods[3], .colour = series_colour(2), .x = {}, .y = {}};
  for (size_t i = 0; i < result.stages.size(); ++i) {
    cam.x.push_back(static_cast<double>(i)), cam.y.push_back(result.stages[i].cam);
    smooth.x.push_back(static_cast<double>(i)), smooth.y.push_back(result.stages[i].smoothgrad);
  }
  return to_svg(Chart{.title = "Random weights from the top down",
                      .x = {"layers replaced"},
                      .y = {"rank correlation with the map", -0.2, 1},
                      .series = {cam, smooth},
                      .width = 440,
                      .height = 400});
}

std::string completeness_svg(const CheckResult& result) {
  std::vector<double> errors;
  for (const CheckedWindow& w : result.windows) errors.push_back(100 * w.completeness_error);
  return to_svg(Chart{.title = "Integrated gradients",
                      .x = {"completeness error, %"},
                      .y = {"windows"},
                      .series = {histogram("", series_colour(1), errors, 0, 2, 20)}});
}

double share_complete(const CheckResult& result) {
  const auto good = std::count_if(result.windows.begin(), result.windows.end(),
                                  [](const CheckedWindow& w) { return w.completeness_error <= 0.01; });
  return static_cast<double>(good) / static_cast<double>(result.windows.size());
}

HtmlTable deletion_table(const ExplainedModel& model, const CheckResult& result, Json& json) {
  HtmlTable table{
      .header = {"map", "class", "windows", "more than moved", "more than scattered"}, .rows = {}, .text_columns = 2};
  std::vector<std::string> targets = {""};
  targets.insert(targets.end(), model.targets.begin(), model.targets.end());
  for (size_t method = 0; method < checked_methods.size(); ++method)
    for (const std::string& target : targets) {
      const DeletionShare s = deletion_share(result, method, target);
      if (s.windows == 0) continue;
      table.rows.push_back({checked_methods[method], target.empty() ? "all" : target, std::to_string(s.windows),
                            percent(s.over_moved), percent(s.over_scattered)});
      json.push_back({{"map", checked_methods[method]},
                      {"class", target.empty() ? Json() : Json(target)},
                      {"windows", s.windows},
                      {"over_moved", s.over_moved},
                      {"over_scattered", s.over_scattered}});
    }
  return table;
}

HtmlTable stage_table(const CheckResult& result, const MapOptions& o, Json& json) {
  HtmlTable table{.header = {"replaced down to", cam_name(o), checked_methods[3], "empty maps"}, .rows = {}};
  for (const RandomisedStage& s : result.stages) {
    table.rows.push_back(
        {s.layer.empty() ? "none" : s.layer, tick_text(s.cam), tick_text(s.smoothgrad), std::to_string(s.empty_maps)});
    json.push_back({{"layer", s.layer}, {"cam", s.cam}, {"smoothgrad", s.smoothgrad}, {"empty_maps", s.empty_maps}});
  }
  return table;
}

}  // namespace

DeletionShare deletion_share(const CheckResult& result, size_t method, const std::string& target) {
  DeletionShare share;
  for (const CheckedWindow& w : result.windows) {
    if (!target.empty() && w.target != target) continue;
    const Deletion& d = w.deletion[method];
    ++share.windows;
    share.over_moved += d.over_moved;
    share.over_scattered += d.over_scattered;
  }
  const double n = static_cast<double>(std::max<int64_t>(1, share.windows));
  return {share.windows, share.over_moved / n, share.over_scattered / n};
}

void write_check(const ExplainCheckOptions& o, const ExplainedModel& model, const CheckResult& result) {
  const auto write = [&](const std::string& name, const std::string& text) {
    replace_file(o.common.out + "/" + name, text);
  };
  Json json = {{"model", model.name},
               {"method", method_text(model, o.maps)},
               {"windows_tried", result.tried},
               {"windows", result.windows.size()},
               {"deletion", Json::array()},
               {"random_weights", Json::array()},
               {"complete_to_1_percent", share_complete(result)}};
  HtmlPage page("Can the explanations of " + model.name + " be trusted?");
  page.paragraph(joined(result.windows.size(), " windows that the classifier gets right, of ", result.tried, ". ",
                        method_text(model, o.maps), "."));
  page.heading("Deletion");
  page.paragraph(
      joined("The share of windows where the tenth of the samples that the map marks, taken out, leaves less "
             "probability than: the same mask moved by a random time (mean of ",
             deletion_draws, "); as many samples scattered at random."));
  page.table(deletion_table(model, result, json["deletion"]));
  page.heading("Random weights");
  page.paragraph(
      joined("Mean rank correlation of maps with those of the trained network, over ", result.randomised,
             " windows, while its layers get fresh weights from the top down. A map that stays the same does "
             "not show what was learned."));
  page.table(stage_table(result, o.maps, json["random_weights"]));
  page.heading("Completeness");
  page.paragraph("Integrated gradients sum to the score's difference within 1 % in " + percent(share_complete(result)) +
                 " of the windows.");
  const std::vector<std::string> figures = {deletion_svg(result), random_weights_svg(result, o.maps),
                                            completeness_svg(result)};
  page.figures(figures);
  write("deletion.svg", figures[0]);
  write("random_weights.svg", figures[1]);
  write("completeness.svg", figures[2]);
  write("check.csv", windows_csv(result));
  write("explain.json", json.dump(2) + "\n");
  write("index.html", page.text());
  if (o.common.quiet) return;
  for (size_t method = 0; method < checked_methods.size(); ++method) {
    const DeletionShare s = deletion_share(result, method, "");
    std::printf("%-22s masks more than moved in %.1f %%, than scattered in %.1f %% of %lld windows\n",
                checked_methods[method], 100 * s.over_moved, 100 * s.over_scattered, static_cast<long long>(s.windows));
  }
  std::printf("all weights replaced: rank correlation %.2f and %.2f; complete to 1 %%: %.1f %%\n",
              result.stages.back().cam, result.stages.back().smoothgrad, 100 * share_complete(result));
  std::printf("%s/index.html has tables and figures\n", o.common.out.c_str());
}

}  // namespace seisgrad
