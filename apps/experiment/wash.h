// Washing: which windows of a data set are labelled wrongly, as models say that were trained without them.
//
// The training events are cut into folds; for each fold and each of some seeds a model is trained on the other folds.
// It scores its fold, and the validation and test events, which none is trained on. A window is suspect where the mean
// probability of its label is less than `probability` and at least `majority` of its models prefer another class.
// Suspects are dropped from what trains, unless a review keeps or relabels them; at most `most` of a class's training
// windows may go. Results are stated on all test windows and on those that are left when suspects are out.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/experiment/config.h"
#include "apps/experiment/scores.h"

namespace seisgrad {

// A window that models scored which did not see it.
struct OutOfFold {
  std::string id, part;             // training, validation or test
  size_t label = 0, predicted = 0;  // predicted: the class of the largest mean probability
  int64_t votes = 0, models = 0;    // votes: models that prefer another class than the label
  std::vector<double> probability;  // mean over the models, one a class
  std::string error;                // planted (data/synthetic/label_errors.h); "" none
  bool suspect = false;
};

struct Wash {
  std::vector<std::string> classes;
  std::vector<OutOfFold> windows;  // sorted by id
};

// From the scores in the folders of the fold runs. Throws std::runtime_error naming a file that does not read.
Wash judge(const ExperimentConfig& config, const std::vector<std::string>& folders,
           const std::map<std::string, std::string>& planted);

// Whether all files that judge() reads are there.
bool can_judge(const std::vector<std::string>& folders);

// id,part,label,predicted,p_label,votes,models,p_CLASS...,error: suspects, the surest first.
std::string suspects_csv(const Wash& wash);

// part,error,windows,suspects: how many were suspected of each kind of planted error and of the rest ("none").
std::string suspected_csv(const Wash& wash);

// id,action,class (data/review.h): every suspect dropped unless `review` decides on it, then what else it decides.
// Throws std::runtime_error where more than config.wash.most of a class's training windows would go.
std::string washed_list(const ExperimentConfig& config, const Wash& wash, const Review& review);

}  // namespace seisgrad
