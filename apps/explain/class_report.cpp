// explain class: class models, their curves, spectra and tables.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "apps/device.h"
#include "apps/explain/options.h"
#include "apps/report/chart.h"
#include "apps/report/folder.h"
#include "apps/report/html.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/report/svg_text.h"
#include "kernels/parallel.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::span<const double> row(const ClassModel& c, size_t component) {
  return std::span(c.x).subspan(component * c.x.size() / 3, c.x.size() / 3);
}

std::string image_svg(const ClassModel& c, const ExplainedModel& model) {
  const double rate = model.settings.profile.rate;
  Figure figure{.title = "Class model of " + c.name,
                .x_label = "seconds",
                .x_end = static_cast<double>(model.length - 1) / rate,
                .panels = {}};
  std::vector<float> values[3];
  for (size_t k = 0; k < 3; ++k) {
    values[k].assign(row(c, k).begin(), row(c, k).end());
    figure.panels.push_back({.label = std::string(1, model.settings.profile.component_order[k]),
                             .lines = {{values[k], "#222", ""}},
                             .markers = {},
                             .shades = {},
                             .low = -1,
                             .high = 1});
  }
  return to_svg(figure);
}

// S_c as its means, p_c thinned: two axes need two charts.
std::vector<std::string> curve_svgs(const ClassModel& c, const ExplainedModel& model) {
  Series score{.name = "", .colour = series_colour(1), .x = {}, .y = c.mean_scores()};
  Series probability{.name = "", .colour = series_colour(2), .x = {}, .y = {}};
  for (size_t i = 0; i < score.y.size(); ++i) score.x.push_back(50 * static_cast<double>(i) + 25);
  const size_t every = std::max<size_t>(1, c.probability.size() / 200);
  for (size_t i = 0; i < c.probability.size(); i += every) {
    probability.x.push_back(static_cast<double>(i));
    probability.y.push_back(c.probability[i]);
  }
  Chart scores{.title = c.name + ": score", .x = {"step"}, .y = {"S, mean of 50 steps"}, .series = {score}};
  Chart probabilities{.title = c.name + ": probability", .x = {"step"}, .y = {"p", 0, 1}, .series = {probability}};
  Chart spectra{.title = c.name + ": spectrum", .x = {"Hz"}, .y = {"amplitude"}, .series = {}};
  for (size_t k = 0; k < 3; ++k) {
    const Spectrum s = spectrum_of(row(c, k), model.settings.profile.rate);
    spectra.series.push_back({.name = std::string(1, model.settings.profile.component_order[k]),
                              .colour = series_colour(k + 1),
                              .x = s.hertz,
                              .y = s.amplitude});
  }
  return {to_svg(scores), to_svg(probabilities), to_svg(spectra)};
}

std::string image_csv(const ClassModel& c, const ExplainedModel& model) {
  std::string text = "seconds";
  for (const char letter : model.settings.profile.component_order) text += std::string(",") + letter;
  for (int64_t i = 0; i < model.length; ++i) {
    print(text, "\n%.9g", static_cast<double>(i) / model.settings.profile.rate);
    for (size_t k = 0; k < 3; ++k) print(text, ",%.6g", row(c, k)[static_cast<size_t>(i)]);
  }
  return text + "\n";
}

std::string steps_csv(const ClassModel& c) {
  std::string text = "step,score,probability";
  for (size_t i = 0; i < c.score.size(); ++i) print(text, "\n%zu,%.6g,%.6g", i, c.score[i], c.probability[i]);
  return text + "\n";
}

std::string spectrum_csv(const ClassModel& c, const ExplainedModel& model) {
  std::string text = "hertz";
  Spectrum spectra[3];
  for (size_t k = 0; k < 3; ++k) {
    spectra[k] = spectrum_of(row(c, k), model.settings.profile.rate);
    text += std::string(",") + model.settings.profile.component_order[k];
  }
  for (size_t i = 0; i < spectra[0].hertz.size(); ++i) {
    print(text, "\n%.6g", spectra[0].hertz[i]);
    for (const Spectrum& s : spectra) print(text, ",%.6g", s.amplitude[i]);
  }
  return text + "\n";
}

void write_results(const ExplainClassOptions& o, const ExplainedModel& model, const std::vector<ClassModel>& classes) {
  const auto write = [&](const std::string& name, const std::string& text) {
    replace_file(o.common.out + "/" + name, text);
  };
  HtmlPage page("What " + model.name + " takes for its classes");
  page.paragraph(
      joined("Windows that maximise S - ", o.ascent.l2, " sum x^2 - ", o.ascent.variation,
             " sum (x_t+1 - x_t)^2, S the logit of the class, after ", o.ascent.steps,
             " steps of Adam from zeros, shifted by up to ", o.ascent.shift,
             " samples at each step and divided by their largest magnitude at the end (Simonyan et al. 2014)."));
  HtmlTable table{.header = {"class", "probability", "score rises"}, .rows = {}};
  for (const std::string& name : model.targets) table.header.push_back("logit of " + name);
  Json json = {{"model", model.name},  {"steps", o.ascent.steps},         {"rate", o.ascent.rate},
               {"l2", o.ascent.l2},    {"variation", o.ascent.variation}, {"shift", o.ascent.shift},
               {"seed", o.ascent.seed}};
  for (const ClassModel& c : classes) {
    const size_t k =
        static_cast<size_t>(std::find(model.targets.begin(), model.targets.end(), c.name) - model.targets.begin());
    const std::vector<double>& logits = c.prediction.logits[0];
    const double p = c.prediction.probabilities[0][k];
    std::vector<std::string> cells = {c.name, tick_text(p), c.rises() ? "yes" : "no"};
    for (const double logit : logits) cells.push_back(tick_text(logit));
    table.rows.push_back(std::move(cells));
    json["classes"].push_back({{"class", c.name}, {"probability", p}, {"score_rises", c.rises()}, {"logits", logits}});
  }
  page.table(table);
  for (const ClassModel& c : classes) {
    std::vector<std::string> figures = {image_svg(c, model)};
    for (std::string& svg : curve_svgs(c, model)) figures.push_back(std::move(svg));
    constexpr const char* names[] = {"", "_score", "_probability", "_spectrum"};
    for (size_t i = 0; i < figures.size(); ++i) write("class_" + c.name + names[i] + ".svg", figures[i]);
    write("class_" + c.name + ".csv", image_csv(c, model));
    write("class_" + c.name + "_steps.csv", steps_csv(c));
    write("class_" + c.name + "_spectrum.csv", spectrum_csv(c, model));
    page.heading(c.name);
    page.figures(figures);
  }
  write("explain.json", json.dump(2) + "\n");
  write("index.html", page.text());
}

}  // namespace

int explain_class(const ExplainClassOptions& o) {
  if (o.common.threads > 0) set_thread_count(o.common.threads);
  const ExplainedModel model = load_explained(o.common.model.empty() ? "phase_classifier" : o.common.model,
                                              choose_device(o.common.device).device);
  make_folder(o.common.out);
  const InterruptGuard guard;
  std::vector<ClassModel> classes;
  {
    std::optional<Progress> progress;
    if (!o.common.quiet) progress.emplace("ascending", "steps", o.ascent.steps);
    classes = class_models(model, o.classes.empty() ? model.targets : o.classes, o.ascent, [&] {
      if (progress) progress->advance();
      return !guard.interrupted();
    });
  }
  if (classes.empty()) throw Interrupted("interrupted; nothing is written");
  write_results(o, model, classes);
  if (o.common.quiet) return 0;
  for (const ClassModel& c : classes) {
    const auto found = std::find(model.targets.begin(), model.targets.end(), c.name);
    std::printf("%s: p = %.6f, the score %s\n", c.name.c_str(),
                c.prediction.probabilities[0][static_cast<size_t>(found - model.targets.begin())],
                c.rises() ? "rose from each 50 steps to the next" : "did not rise everywhere");
  }
  std::printf("%s/index.html has figures and tables\n", o.common.out.c_str());
  return 0;
}

}  // namespace seisgrad
