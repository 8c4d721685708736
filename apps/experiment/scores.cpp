#include "apps/experiment/scores.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "data/csv.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr const char* logit_prefix = "logit_";

// log sum exp, without element `except` where there is such.
double log_sum_exp(const std::vector<double>& x, size_t except) {
  double most = -INFINITY, sum = 0;
  for (size_t k = 0; k < x.size(); ++k)
    if (k != except) most = std::max(most, x[k]);
  for (size_t k = 0; k < x.size(); ++k)
    if (k != except) sum += std::exp(x[k] - most);
  return most + std::log(sum);
}

}  // namespace

WindowScores score_windows(const PhaseClassifier& model, const TraceSource& source, const PhaseExampleOptions& options,
                           Device device) {
  WindowScores scores{model.config().classes, {}};
  const TrainingTraces traces({source});
  std::vector<ExampleRef> refs = phase_refs(traces.sources(), options);
  if (refs.empty()) return scores;
  const Order order(std::move(refs), {});
  const PhaseExamples examples(traces, order, options);
  const int64_t size = examples.shape().input, classes = static_cast<int64_t>(scores.classes.size());
  constexpr int64_t most = 64;
  std::vector<real> inputs;
  std::vector<ScoredWindow> batch;
  const auto flush = [&] {
    if (batch.empty()) return;
    const auto count = static_cast<int64_t>(batch.size());
    const Tensor x = Tensor::from({count, 3, options.samples}, std::span<const real>(inputs), device);
    const Tensor logits = model(x).to(Device::cpu);
    for (int64_t i = 0; i < count; ++i) {
      const auto row = logits.values().subspan(static_cast<size_t>(i * classes), static_cast<size_t>(classes));
      batch[static_cast<size_t>(i)].logits.assign(row.begin(), row.end());
      scores.windows.push_back(std::move(batch[static_cast<size_t>(i)]));
    }
    inputs.clear();
    batch.clear();
  };
  std::vector<float> window(static_cast<size_t>(size));
  for (int64_t at = 0; at < examples.positions(); ++at) {
    const ExampleRef& ref = order.at(0, at);
    if (!traces.read(ref)) continue;  // another would take its place
    const int32_t label = examples.make(0, at, window, {});
    inputs.insert(inputs.end(), window.begin(), window.end());
    batch.push_back({window_id(source.info(ref.trace), ref.arrival), label, {}});
    if (static_cast<int64_t>(batch.size()) == most) flush();
  }
  flush();
  return scores;
}

std::string to_csv(const WindowScores& scores) {
  std::string text = "id,label";
  for (const std::string& name : scores.classes) text += "," + csv_cell(logit_prefix + name);
  text += "\n";
  for (const ScoredWindow& w : scores.windows) {
    text += csv_cell(w.id) + "," + csv_cell(scores.classes[static_cast<size_t>(w.label)]);
    for (const double l : w.logits) {
      char number[32];
      std::snprintf(number, sizeof number, ",%.9g", l);
      text += number;
    }
    text += "\n";
  }
  return text;
}

WindowScores read_scores(const std::string& path) {
  CsvReader table(path);
  WindowScores scores;
  for (const std::string& column : table.columns())
    if (column.starts_with(logit_prefix)) scores.classes.push_back(column.substr(std::string(logit_prefix).size()));
  while (table.next()) {
    const auto label = std::find(scores.classes.begin(), scores.classes.end(), table.cell("label"));
    if (label == scores.classes.end())
      throw std::runtime_error(joined(path, ", line ", table.line(), ": a label that is no class; remove the file"));
    ScoredWindow w{table.cell("id"), static_cast<int32_t>(label - scores.classes.begin()), {}};
    for (const std::string& name : scores.classes) w.logits.push_back(std::stod(table.cell(logit_prefix + name)));
    scores.windows.push_back(std::move(w));
  }
  return scores;
}

Accuracy accuracy_of(const WindowScores& scores, const Review& review) {
  Accuracy a;
  double right = 0, loss = 0;
  for (const ScoredWindow& w : scores.windows) {
    auto label = static_cast<size_t>(w.label);
    if (const auto found = review.find(w.id); found != review.end()) {
      if (found->second.action == Decision::Action::drop) continue;
      if (found->second.action == Decision::Action::relabel) label = static_cast<size_t>(found->second.category);
    }
    const auto taken = std::max_element(w.logits.begin(), w.logits.end()) - w.logits.begin();
    right += static_cast<size_t>(taken) == label;
    loss += log_sum_exp(w.logits, w.logits.size()) - w.logits[label];
    ++a.windows;
  }
  if (a.windows > 0)
    a.accuracy = right / static_cast<double>(a.windows), a.loss = loss / static_cast<double>(a.windows);
  return a;
}

std::vector<double> probabilities(const std::vector<double>& logits) {
  const double all = log_sum_exp(logits, logits.size());
  std::vector<double> p;
  for (const double l : logits) p.push_back(std::exp(l - all));
  return p;
}

double nines(const std::vector<double>& logits, size_t category) {
  return (log_sum_exp(logits, logits.size()) - log_sum_exp(logits, category)) / std::log(10.0);
}

}  // namespace seisgrad
