// ExperimentConfig: all that decides what the sweeps compute, as JSON. Defaults are those of the full sweeps of
// docs/experiments.md; a configuration names what differs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/synthetic/label_errors.h"

namespace seisgrad {

struct ExperimentConfig {
  struct {
    std::string path;            // a packed data set of your own; "": synthetic traces are made
    std::string kind = "mixed";  // of synthetic traces
    uint64_t seed = 11;
    int64_t traces = 27000;  // which give some 20 000 windows
    LabelErrorShares label_errors = {.wrong_phase = 0.005, .shifted = 0.02, .invisible = 0.04};
  } data;
  uint64_t seed = 100;  // of round r: seed + r
  int64_t rounds = 3;
  // Fields of a training's configuration (docs/training.md), over the classifier's defaults.
  std::string train =
      R"({"model":"phase_classifier","data":{"filter":false},"training":{"epochs":10,"patience":0,"plateau_factor":1,)"
      R"("schedule":[[6,0.3],[9,0.1]]}})";

  std::vector<int64_t> depths = {1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<int64_t> residual_depths = {1, 2, 3, 4};  // of residual blocks, beside twice as many plain ones
  std::vector<double> l2 = {0, 1e-5, 1e-4, 1e-3, 1e-2};
  std::vector<double> shares = {0.125, 0.25, 0.5, 1};  // of the training events
  struct {
    std::vector<int64_t> samples = {256, 512, 1024, 1536};                              // of a window, at 20 Hz
    std::vector<int64_t> shifts = {0, 10, 40, 80};                                      // samples, of training windows
    std::vector<std::vector<double>> bands = {{0.05, 8}, {0.5, 8}, {0.05, 2}, {1, 4}};  // Hz; the first is as recorded
    std::vector<std::string> noise = {"traces", "before", "all"};                       // data/phase_examples.h
    double noise_distance = 5;                                                          // s, of noise before arrivals
  } construction;
  int64_t models = 5;  // of the ensemble: the first so many rounds of the base
  struct {
    int64_t folds = 5, seeds = 3;
    double probability = 0.1;  // suspect: less than this for the label, on average over the models,
    double majority = 0.8;     // of which this share prefers another class
    double most = 0.1;         // of a class may be dropped
    std::string review;        // data/review.h, over what is suspect
  } wash;
};

// JSON with every field.
std::string to_json(const ExperimentConfig& config, int indent = -1);

// Throws std::invalid_argument naming the field that is unknown, of the wrong kind or out of range.
ExperimentConfig read_experiment_config(const std::string& text);

}  // namespace seisgrad
