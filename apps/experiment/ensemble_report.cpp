#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/evaluate/score_tables.h"
#include "apps/experiment/agreement.h"
#include "apps/experiment/report_page.h"
#include "apps/experiment/reports.h"
#include "apps/experiment/scores.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

// The test scores of a run, where they are there.
std::vector<WindowScores> scores_of(const Sweep& sweep, const std::vector<Point>& points) {
  std::vector<WindowScores> scores;
  for (const Point& p : points) {
    const std::string file = sweep.folder(p) + "/test.csv";
    if (sweep.row(p) && std::filesystem::exists(file)) scores.push_back(read_scores(file));
  }
  return scores;
}

enum class Mean { probabilities, logits };

// Of the models that `chosen` names. What is made of probabilities are their logarithms: logits of the same.
WindowScores mean_of(const std::vector<WindowScores>& models, const std::vector<size_t>& chosen, Mean mean) {
  WindowScores result = models[chosen[0]];
  for (size_t w = 0; w < result.windows.size(); ++w) {
    std::vector<double>& out = result.windows[w].logits;
    std::fill(out.begin(), out.end(), 0);
    for (const size_t m : chosen) {
      const std::vector<double>& logits = models[m].windows[w].logits;
      const std::vector<double> terms = mean == Mean::logits ? logits : probabilities(logits);
      for (size_t k = 0; k < out.size(); ++k) out[k] += terms[k] / static_cast<double>(chosen.size());
    }
    if (mean == Mean::probabilities)
      for (double& p : out) p = std::log(std::max(p, 1e-300));
  }
  return result;
}

// Every choice of `size` of the numbers 0 .. count-1, 50 at the most.
std::vector<std::vector<size_t>> choices(size_t count, size_t size) {
  std::vector<std::vector<size_t>> all;
  std::vector<bool> in(count, false);
  std::fill(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(size), true);
  do {
    all.emplace_back();
    for (size_t i = 0; i < count; ++i)
      if (in[i]) all.back().push_back(i);
  } while (all.size() < 50 && std::prev_permutation(in.begin(), in.end()));
  return all;
}

// ensemble.csv and its charts: accuracy and loss over the number of models, mean over the choices of so many.
void add_ensembles(HtmlPage& page, Json& json, const Sweep& sweep) {
  const std::vector<WindowScores> models = scores_of(sweep, ensemble_points(sweep.config()));
  page.heading("Ensembles");
  if (models.size() < 2) return page.paragraph("Fewer than two models are done, or their scores are not here.");
  Chart accuracy{.title = "Test accuracy of an ensemble", .x = {"models"}, .y = {"accuracy, %"}, .series = {}};
  Chart loss{.title = "Test loss of an ensemble", .x = {"models"}, .y = {"cross-entropy"}, .series = {}};
  std::string csv = "mean,models,choices,accuracy,loss\n";
  HtmlTable table{.header = {"mean of", "models", "choices", "test, %", "test loss"}, .rows = {}};
  for (const auto& [mean, name] :
       {std::pair{Mean::probabilities, "probabilities"}, std::pair{Mean::logits, "logits"}}) {
    const std::string colour = series_colour(mean == Mean::probabilities ? 1 : 2);
    Series a{.name = name, .colour = colour, .x = {}, .y = {}}, l = a;
    for (size_t size = 1; size <= models.size(); ++size) {
      const auto chosen = choices(models.size(), size);
      Accuracy sum;
      for (const auto& choice : chosen) {
        const Accuracy one = accuracy_of(mean_of(models, choice, mean));
        sum.accuracy += one.accuracy / static_cast<double>(chosen.size());
        sum.loss += one.loss / static_cast<double>(chosen.size());
      }
      a.x.push_back(static_cast<double>(size)), a.y.push_back(100 * sum.accuracy);
      l.x.push_back(static_cast<double>(size)), l.y.push_back(sum.loss);
      csv += joined(name, ",", size, ",", chosen.size(), ",", sum.accuracy, ",", sum.loss, "\n");
      table.rows.push_back(
          {name, joined(size), joined(chosen.size()), decimals(100 * sum.accuracy, 2), decimals(sum.loss, 4)});
      json["ensembles"].push_back({{"mean", name}, {"models", size}, {"accuracy", sum.accuracy}, {"loss", sum.loss}});
    }
    accuracy.series.push_back(std::move(a));
    loss.series.push_back(std::move(l));
  }
  const std::string out = sweep.options().out;
  replace_file(out + "/ensemble.csv", csv);
  replace_file(out + "/ensemble_accuracy.svg", to_svg(accuracy));
  replace_file(out + "/ensemble_loss.svg", to_svg(loss));
  page.paragraph("Models that differ in their seed alone; every choice of so many of them, on average.");
  page.figures({to_svg(accuracy), to_svg(loss)});
  page.table(table);
}

// -lg(1 - p) of the label by two models for the windows that both have.
struct Pairs {
  std::vector<double> a, b;
  std::vector<int32_t> label;
};
Pairs pairs_of(const WindowScores& first, const WindowScores& second) {
  std::map<std::string, const ScoredWindow*> others;
  for (const ScoredWindow& w : second.windows) others[w.id] = &w;
  Pairs pairs;
  for (const ScoredWindow& w : first.windows) {
    const auto other = others.find(w.id);
    if (other == others.end() || other->second->label != w.label) continue;
    pairs.a.push_back(nines(w.logits, static_cast<size_t>(w.label)));
    pairs.b.push_back(nines(other->second->logits, static_cast<size_t>(w.label)));
    pairs.label.push_back(w.label);
  }
  return pairs;
}

Chart scatter_chart(const std::string& title, const std::string& first, const std::string& second, const Pairs& pairs,
                    const std::vector<std::string>& classes) {
  constexpr double end = 8;
  constexpr size_t most = 1000;  // points that a figure draws
  Chart chart{.title = title, .x = {"-lg(1-p), " + first, 0, end}, .y = {"-lg(1-p), " + second, 0, end}, .series = {}};
  chart.width = chart.height = 440;
  const size_t step = 1 + pairs.a.size() / most;
  for (size_t k = 0; k < classes.size(); ++k) {
    Series s{.name = classes[k], .colour = series_colour(k), .x = {}, .y = {}, .style = SeriesStyle::points};
    for (size_t i = 0; i < pairs.a.size(); i += step)
      if (pairs.label[i] == static_cast<int32_t>(k)) s.x.push_back(pairs.a[i]), s.y.push_back(pairs.b[i]);
    chart.series.push_back(std::move(s));
  }
  chart.series.push_back({.name = "y = x", .colour = "#888888", .x = {0, end}, .y = {0, end}, .dashed = true});
  return chart;
}

void add_scatter(HtmlPage& page, Json& json, const Sweep& sweep) {
  const std::string out = sweep.options().out;
  std::string csv = "pair,first,second,windows,pearson,spearman,share_apart\n";
  HtmlTable table{.header = {"pair", "second model", "windows", "Pearson", "Spearman", "|difference| > 1"},
                  .rows = {},
                  .text_columns = 2};
  std::vector<std::string> figures;
  size_t number = 0;
  for (const ComparedPair& pair : compared_pairs(sweep.config())) {
    ++number;
    const std::vector<WindowScores> scores = scores_of(sweep, {pair.first, pair.second});
    if (scores.size() < 2) continue;
    const Pairs pairs = pairs_of(scores[0], scores[1]);
    const double r = pearson(pairs.a, pairs.b), rho = spearman(pairs.a, pairs.b),
                 apart = share_apart(pairs.a, pairs.b, 1);
    const std::string first = describe(sweep.config(), pair.first), second = describe(sweep.config(), pair.second);
    csv += joined(pair.name, ",", csv_cell(first), ",", csv_cell(second), ",", pairs.a.size(), ",", r, ",", rho, ",",
                  apart, "\n");
    table.rows.push_back(
        {pair.name, second, joined(pairs.a.size()), decimals(r, 3), decimals(rho, 3), decimals(100 * apart, 1) + " %"});
    json["pairs"].push_back({{"pair", pair.name},
                             {"first", first},
                             {"second", second},
                             {"windows", pairs.a.size()},
                             {"pearson", r},
                             {"spearman", rho},
                             {"share_apart", apart}});
    figures.push_back(to_svg(scatter_chart("Scores: " + pair.name, first, second, pairs, scores[0].classes)));
    replace_file(joined(out, "/scatter_", number, ".svg"), figures.back());
  }
  page.heading("Scores of pairs of models");
  if (figures.empty()) return page.paragraph("No pair of models is done, or their scores are not here.");
  page.paragraph(
      "Each point is a test window: -lg(1 - p) of its label's probability p by two models, 1 for 0.9, 2 for 0.99, from "
      "the "
      "logits, so that it is exact where p is close to 1. On the dashed line both say the same; what lies beyond 8 is "
      "drawn there.");
  page.figures(figures);
  page.table(table);
  replace_file(out + "/scatter.csv", csv);
}

}  // namespace

void ensemble_report(const Sweep& sweep) {
  HtmlPage page("Ensembles, and models beside each other");
  Json json = {{"ensembles", Json::array()}, {"pairs", Json::array()}};
  add_ensembles(page, json, sweep);
  add_scatter(page, json, sweep);
  // without scores there is nothing to say, and what is there was made where they were
  if (json["ensembles"].empty() && json["pairs"].empty()) return;
  replace_file(sweep.options().out + "/ensemble.json", json.dump(2) + "\n");
  replace_file(sweep.options().out + "/ensemble.html", page.text());
}

}  // namespace seisgrad
