// PickExplanations: what `seisgrad scan --explain` keeps of each segment and explains at the end.
#pragma once
#include "apps/explain/explanation_report.h"
#include "apps/scan/options.h"

namespace seisgrad {

class PickExplanations {
 public:
  // Of the most probable options.explain picks of each phase. Throws std::invalid_argument where the options leave no
  // network to explain, or several.
  PickExplanations(const ScanOptions& options, Device device);

  // Keeps no more than the windows of those picks.
  void add(const ComponentSegment& segment, const ScoredSegment& scored);
  // Into out/explain (apps/explain/explanation_report.h); says whether all was explained. Nothing without picks.
  bool write(const ScanOptions& options, const InterruptGuard& guard) const;

 private:
  struct Kept {
    double probability;
    Case window;
  };
  ExplainedModel model_;
  int64_t most_;
  std::vector<std::pair<std::string, std::vector<Kept>>> phases_;  // the most probable first
};

}  // namespace seisgrad
