#include "apps/explain/explanation_report.h"

#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "apps/report/folder.h"
#include "apps/report/html.h"
#include "apps/report/progress.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::string decimals(const char* format, double v) {
  char text[32];
  std::snprintf(text, sizeof text, format, v);
  return text;
}

class Report {
 public:
  Report(const ExplainedModel& model, const MapOptions& options, std::string folder)
      : model_(model), options_(options), folder_(std::move(folder)), cases_("") {
    table_.header = {"window", "target", "score", "probability", "complete to", "steps"};
    table_.text_columns = 2;
  }

  void add(const Case& window, const std::vector<std::string>& targets) {
    const std::string stem = file_stem(window.name);
    cases_.heading(window.name);
    Json json = {{"window", window.name}, {"start", to_iso(window.segment.start)}, {"files", stem + "*"}};
    std::vector<std::string> figures;
    if (!model_.classifies) figures.push_back(add_attention(window, stem));
    for (const std::string& name : targets) {
      const Explanation e = explanation_of(model_, window, name, options_);
      const std::string file = stem + "_" + e.target.name;
      figures.push_back(cam_svg(model_, window, e, options_));
      write(file + "_cam.svg", figures.back());
      figures.push_back(gradients_svg(model_, window, e));
      write(file + "_gradients.svg", figures.back());
      write(file + ".csv", explanation_csv(model_, window, e));
      const double error = e.integrated.completeness_error();
      table_.rows.push_back({window.name, e.target.name, decimals("%.3f", e.score), decimals("%.4f", e.probability),
                             decimals("%.2g %%", 100 * error), std::to_string(e.integrated.steps)});
      json["targets"].push_back({{"target", e.target.name},
                                 {"score", e.score},
                                 {"probability", e.probability},
                                 {"score_of_zeros", e.integrated.score_of_zeros},
                                 {"integration_steps", e.integrated.steps},
                                 {"completeness_error", error}});
    }
    cases_.figures(figures);
    json_.push_back(std::move(json));
  }

  void finish() {
    HtmlPage page("Explanations of " + model_.name);
    page.paragraph(
        "Maps over the components: " + method_text(model_, options_) +
        ". Scores are logits. SmoothGrad is the mean gradient of the same noisy copies; integrated gradients "
        "begin at zeros, and \"complete to\" says how far their sum is from the score's difference. Dashed "
        "lines are labels, full ones picks of a scan.");
    page.table(table_);
    page.append(cases_);
    const Json summary = {{"model", model_.name},
                          {"method", method_text(model_, options_)},
                          {"layer", options_.layer.empty() ? model_.layer : options_.layer},
                          {"copies", options_.copies},
                          {"noise", options_.noise},
                          {"seed", options_.seed},
                          {"windows", json_}};
    write("explain.json", summary.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    write("index.html", page.text());
  }

 private:
  void write(const std::string& name, const std::string& text) const { replace_file(folder_ + "/" + name, text); }

  std::string add_attention(const Case& window, const std::string& stem) {
    const std::vector<AttentionMap> maps = attention_maps(model_, network_input(model_, window.segment));
    for (const AttentionMap& map : maps) write(stem + "_attention_" + map.layer + ".csv", attention_csv(model_, map));
    std::string figure = attention_svg(model_, window, maps);
    write(stem + "_attention.svg", figure);
    return figure;
  }

  const ExplainedModel& model_;
  const MapOptions& options_;
  std::string folder_;
  HtmlPage cases_;
  HtmlTable table_;
  Json json_ = Json::array();
};

}  // namespace

std::string file_stem(const std::string& name) {
  std::string stem;
  for (const char c : name) {
    if (c == ':') continue;
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    stem += good ? c : '_';
  }
  return stem;
}

size_t explain_cases(const ExplainedModel& model, const std::vector<Case>& cases,
                     const std::vector<std::string>& targets, const MapOptions& options, const std::string& folder,
                     bool quiet, const InterruptGuard& guard) {
  make_folder(folder);
  const std::vector<std::string> usual = !targets.empty()   ? targets
                                         : model.classifies ? std::vector<std::string>{""}
                                                            : model.targets;
  Report report(model, options, folder);
  std::optional<Progress> progress;
  if (!quiet) progress.emplace("explaining", "windows", static_cast<int64_t>(cases.size()));
  size_t done = 0;
  for (const Case& window : cases) {
    if (guard.interrupted()) break;
    report.add(window, window.target.empty() ? usual : std::vector<std::string>{window.target});
    ++done;
    if (progress) progress->advance();
  }
  report.finish();
  return done;
}

}  // namespace seisgrad
