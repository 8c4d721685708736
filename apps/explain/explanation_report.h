// The results of a run of explanations: figures and tables file by file, then one page and explain.json.
#pragma once
#include <string>
#include <vector>

#include "apps/explain/explanation.h"
#include "apps/report/interrupt.h"

namespace seisgrad {

// Explains each case for its own target or, where it has none, for each of `targets` (none: the class that the model
// prefers; detection, P and S), and writes into `folder`. Once `guard` is interrupted, what is done is written and the
// rest left; says how many cases were explained.
size_t explain_cases(const ExplainedModel& model, const std::vector<Case>& cases,
                     const std::vector<std::string>& targets, const MapOptions& options, const std::string& folder,
                     bool quiet, const InterruptGuard& guard);

// What can be part of a file's name on every system: the rest becomes "_", times lose their "-" and ":".
std::string file_stem(const std::string& name);

}  // namespace seisgrad
