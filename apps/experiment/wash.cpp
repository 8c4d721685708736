#include "apps/experiment/wash.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "apps/evaluate/score_tables.h"
#include "data/csv.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr const char* parts[][2] = {
    {"held_out.csv", "training"}, {"validation.csv", "validation"}, {"test.csv", "test"}};

size_t largest(const std::vector<double>& values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

void add_scores(const WindowScores& scores, const std::string& part, std::map<std::string, OutOfFold>& windows) {
  for (const ScoredWindow& scored : scores.windows) {
    OutOfFold& w = windows[scored.id];
    const std::vector<double> p = probabilities(scored.logits);
    w.id = scored.id, w.part = part, w.label = static_cast<size_t>(scored.label);
    w.probability.resize(p.size(), 0);
    for (size_t k = 0; k < p.size(); ++k) w.probability[k] += p[k];
    ++w.models;
    w.votes += largest(p) != w.label;
  }
}

// What was planted into the trace of a window; windows of noise are right all the same.
std::string error_of(const std::string& id, const std::map<std::string, std::string>& planted) {
  const size_t colon = id.rfind(':');
  if (id.substr(colon + 1) == "noise") return "";
  const auto found = planted.find(id.substr(0, colon));
  return found == planted.end() ? "" : found->second;
}

const char* name_of(Decision::Action action) {
  return action == Decision::Action::keep ? "keep" : action == Decision::Action::drop ? "drop" : "relabel";
}

}  // namespace

bool can_judge(const std::vector<std::string>& folders) {
  return std::all_of(folders.begin(), folders.end(), [](const std::string& folder) {
    return std::all_of(std::begin(parts), std::end(parts),
                       [&](const auto& part) { return std::filesystem::exists(folder + "/" + part[0]); });
  });
}

Wash judge(const ExperimentConfig& config, const std::vector<std::string>& folders,
           const std::map<std::string, std::string>& planted) {
  Wash wash;
  std::map<std::string, OutOfFold> windows;
  for (const std::string& folder : folders)
    for (const auto& [file, part] : parts) {
      const WindowScores scores = read_scores(folder + "/" + file);
      if (wash.classes.empty()) wash.classes = scores.classes;
      add_scores(scores, part, windows);
    }
  for (auto& [id, w] : windows) {
    const auto models = static_cast<double>(w.models);
    for (double& p : w.probability) p /= models;
    w.predicted = largest(w.probability);
    w.error = error_of(id, planted);
    w.suspect = w.probability[w.label] < config.wash.probability &&
                static_cast<double>(w.votes) >= config.wash.majority * models - 1e-9;
    wash.windows.push_back(std::move(w));
  }
  return wash;
}

std::string suspects_csv(const Wash& wash) {
  std::vector<const OutOfFold*> suspects;
  for (const OutOfFold& w : wash.windows)
    if (w.suspect) suspects.push_back(&w);
  std::stable_sort(suspects.begin(), suspects.end(), [](const OutOfFold* a, const OutOfFold* b) {
    return a->probability[a->label] < b->probability[b->label];
  });
  std::string text = "id,part,label,predicted,p_label,votes,models";
  for (const std::string& name : wash.classes) text += "," + csv_cell("p_" + name);
  text += ",error\n";
  for (const OutOfFold* w : suspects) {
    text += joined(csv_cell(w->id), ",", w->part, ",", csv_cell(wash.classes[w->label]), ",",
                   csv_cell(wash.classes[w->predicted]), ",", decimals(w->probability[w->label], 6), ",", w->votes, ",",
                   w->models);
    for (const double p : w->probability) text += "," + decimals(p, 6);
    text += "," + w->error + "\n";
  }
  return text;
}

std::string suspected_csv(const Wash& wash) {
  struct Count {
    int64_t windows = 0, suspects = 0;
  };
  std::map<std::pair<std::string, std::string>, Count> counts;
  for (const OutOfFold& w : wash.windows) {
    Count& count = counts[{w.part, w.error.empty() ? "none" : w.error}];
    ++count.windows;
    count.suspects += w.suspect;
  }
  std::string text = "part,error,windows,suspects\n";
  for (const auto& [what, count] : counts)
    text += joined(what.first, ",", what.second, ",", count.windows, ",", count.suspects, "\n");
  return text;
}

std::string washed_list(const ExperimentConfig& config, const Wash& wash, const Review& review) {
  Review decisions = review;
  for (const OutOfFold& w : wash.windows)
    if (w.suspect) decisions.emplace(w.id, Decision{.action = Decision::Action::drop, .category = 0});
  std::vector<int64_t> windows(wash.classes.size()), dropped(wash.classes.size());
  for (const OutOfFold& w : wash.windows) {
    if (w.part != "training") continue;
    ++windows[w.label];
    const auto found = decisions.find(w.id);
    dropped[w.label] += found != decisions.end() && found->second.action == Decision::Action::drop;
  }
  for (size_t k = 0; k < windows.size(); ++k)
    if (static_cast<double>(dropped[k]) > config.wash.most * static_cast<double>(windows[k]))
      throw std::runtime_error(joined("washing would drop ", dropped[k], " of ", windows[k], " training windows of ",
                                      wash.classes[k], ", more than wash/most = ", config.wash.most,
                                      "; look at suspects.csv and decide with wash/review, or raise wash/most"));
  std::string text = "id,action,class\n";
  for (const auto& [id, decision] : decisions)
    text += joined(csv_cell(id), ",", name_of(decision.action), ",",
                   decision.action == Decision::Action::relabel
                       ? csv_cell(wash.classes[static_cast<size_t>(decision.category)])
                       : "",
                   "\n");
  return text;
}

}  // namespace seisgrad
