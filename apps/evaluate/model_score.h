// A model on labelled traces: EQTransformer's detections and picks, the phase classifier's classes.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/evaluate/options.h"
#include "apps/evaluate/phase_score.h"
#include "data/trace_source.h"

namespace seisgrad {

// A reference or a pick of one trace.
struct TraceOutcome {
  std::string trace, phase;
  double reference = unknown, pick = unknown;  // seconds from the window's first sample
  double probability = 0;
  double deviation = unknown;  // of the probability, by Monte Carlo dropout
};

struct EqtransformerScore {
  PickerScore picks;    // P and S
  float thresholds[3];  // detection, P, S
  Counts detection;     // of traces: an event is found by a detection between its P and its end, noise has none
  std::vector<ScoredCase> detection_cases;  // largest detection probability; whether the trace holds an event
  std::vector<TraceOutcome> outcomes;
  std::int64_t traces = 0;
  std::map<std::string, std::string> bad;  // traces left out, and why
};

struct ClassifierScore {
  std::string name;
  Confusion confusion;
  std::vector<std::vector<ScoredCase>> cases;  // one list a class: its probability, whether it is the truth
  std::vector<ScoredCase> sure;                // probability of the class that was taken, whether it was right
  std::map<std::string, std::string> bad;
};

// The traces of --data: a part of a data set, or all synthetic ones. The split is that of the model's training, as its
// file says, else the default of its kind; the options change it.
TraceSource evaluated_source(const EvaluateOptions& options);

// Ctrl-C ends them with Interrupted: half a data set has no score.
EqtransformerScore score_eqtransformer(const EvaluateOptions& options);
ClassifierScore score_classifier(const EvaluateOptions& options);

// Tables, JSON and the page, into options.out (docs/evaluation.md).
void write_report(const EvaluateOptions& options, const EqtransformerScore& score);
void write_report(const EvaluateOptions& options, const ClassifierScore& score);

}  // namespace seisgrad
