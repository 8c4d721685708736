// WindowScores: what one model says of each window of a set, as logits, so that what is close to certain can be told
// apart and sets can be counted again when labels change.
#pragma once
#include <string>
#include <vector>

#include "apps/experiment/rows.h"
#include "data/phase_examples.h"
#include "data/review.h"
#include "models/phase_classifier.h"

namespace seisgrad {

struct ScoredWindow {
  std::string id;  // data/review.h
  int32_t label = 0;
  std::vector<double> logits;
};
struct WindowScores {
  std::vector<std::string> classes;
  std::vector<ScoredWindow> windows;
};

// Every window of the source that can be used. Those of noise are cut where the window's place among them says, so two
// models see the same.
WindowScores score_windows(const PhaseClassifier& model, const TraceSource& source, const PhaseExampleOptions& options,
                           Device device);

// id,label,logit_CLASS...; and back. Throws std::runtime_error naming the file.
std::string to_csv(const WindowScores& scores);
WindowScores read_scores(const std::string& path);

// Windows as the review has them: without those that it drops.
Accuracy accuracy_of(const WindowScores& scores, const Review& review = {});

// softmax
std::vector<double> probabilities(const std::vector<double>& logits);

// -lg(1 - p) of a class, exact where 1 - p is too small for a double: (LSE of all logits - LSE of the others) / ln 10.
double nines(const std::vector<double>& logits, size_t category);

}  // namespace seisgrad
