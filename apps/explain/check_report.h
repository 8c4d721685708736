// What `seisgrad explain check` found, and its tables, figures and page.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "apps/explain/deletion.h"
#include "apps/explain/options.h"
#include "apps/explain/random_weights.h"

namespace seisgrad {

inline constexpr std::array<const char*, 5> checked_methods = {"Grad-CAM++ (paper)", "Grad-CAM++ (port)", "LayerCAM",
                                                               "SmoothGrad", "integrated gradients"};

struct CheckedWindow {
  std::string name, target;
  double probability = 0;  // of the target, nothing masked
  std::array<Deletion, checked_methods.size()> deletion;
  double completeness_error = 0;
  int64_t integration_steps = 0;
};

struct CheckResult {
  std::vector<CheckedWindow> windows;  // that the classifier gets right
  int64_t tried = 0;
  std::vector<RandomisedStage> stages;
  int64_t randomised = 0;  // windows of the stages
};

// Of the windows of a class ("": of all) the share where the map's tenth, masked, leaves less probability than the same
// mask elsewhere, and than as many samples at random.
struct DeletionShare {
  int64_t windows = 0;
  double over_moved = 0, over_scattered = 0;
};
DeletionShare deletion_share(const CheckResult& result, size_t method, const std::string& target);

// check.csv, figures, explain.json, index.html; a summary on standard output.
void write_check(const ExplainCheckOptions& options, const ExplainedModel& model, const CheckResult& result);

}  // namespace seisgrad
