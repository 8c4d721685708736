// TrainConfig: all that decides what a training computes. It travels as JSON: --config reads it, --print-config prints
// it, checkpoints and weight files hold it. What does not decide the result (threads, folders, progress) is not here.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/model/settings.h"
#include "data/augment.h"
#include "data/phase_examples.h"
#include "data/split.h"
#include "models/training.h"

namespace seisgrad {

// From this epoch on (the first is 0) the rate is multiplied by this.
struct RateStep {
  int64_t epoch = 0;
  double factor = 1;
  bool operator==(const RateStep&) const = default;
};

// Defaults: EQTransformer as its trainer has it. For the classifier see default_config.
struct TrainConfig {
  std::string model = "eqtransformer";  // or "phase_classifier"
  EQTransformerConfig eqtransformer;    // the network, of that model
  PhaseClassifierConfig classifier;
  ScanSettings preprocessing;  // of windows; written into the weight file

  struct {
    std::vector<std::string> paths, validation;  // validation: data sets of their own, else a part of `paths`
    std::vector<double> weights;                 // one a path; none: traces count alike
    bool filter = false;                         // traces as recorded: apply the profile's filter and taper
    bool balance = false;                        // as many examples of each category
    int64_t epoch = 0;                           // examples of an epoch; 0: all
    std::string review;                          // of the classifier's training windows (data/review.h); "": none
    NoiseChoice noise = NoiseChoice::all;        // of the classifier's windows
    double noise_distance = 60;                  // s, of these to the first arrival
    double noise_beside = 0;                     // s, of the classifier's windows (data/phase_examples.h)
  } data;
  SplitOptions split = {.training = 0.85, .validation = 0.05, .by_event = false, .seed = 1};
  LabelShape labels = LabelShape::gaussian;
  AugmentOptions augmentation;
  int64_t shift = 40;    // samples, of the classifier's windows
  double cut_short = 0;  // share of these that a record's end cuts short

  Initialisation init = Initialisation::keras;
  std::string weights;  // a weight file to go on from instead
  EQTransformerLoss::Weights loss;
  bool clipped_loss = false;  // of probabilities, as Keras has it; else of logits
  double l2 = 1e-6, l1 = 1e-4;

  uint64_t seed = 1;
  int64_t epochs = 200, batch = 200;
  double rate = 1e-3, epsilon = 1e-7;
  double clip = 0;  // largest norm of all gradients; 0: any
  std::vector<RateStep> schedule = {{21, 0.1}, {41, 0.01}, {61, 1e-3}, {91, 5e-4}};
  double plateau_factor = 1;  // times this after `plateau_patience` epochs without a better validation
  int64_t plateau_patience = 10;
  double lowest_rate = 5e-7;  // which plateaus do not go below
  int64_t patience = 12;      // epochs without a better validation after which training ends; 0: never

  bool is_classifier() const { return model == "phase_classifier"; }
};

// The defaults of a model: "eqtransformer" (arXiv 2020 trainer) or "phase_classifier".
TrainConfig default_config(const std::string& model);

// JSON with every field, sorted, indented where `indent` is 0 or more.
std::string to_json(const TrainConfig& config, int indent = -1);

// Defaults of its model, changed by the fields of `text` (an object; "" is {}), then by settings "group/field=JSON",
// where a value that is not JSON counts as text. Fields that are unknown or of the wrong kind: std::invalid_argument
// naming them. Where `weights` is set, network and preprocessing begin as that file has them, which need not
// exist any more where the text is `complete`, as that of a checkpoint.
TrainConfig read_config(const std::string& text, const std::vector<std::string>& settings = {}, bool complete = false);

// The split of the training that made a weight file of this model, as its provenance (JSON) has it; the model's default
// where that says nothing.
SplitOptions split_of(const std::string& model, const std::string& provenance);

// The rate of an epoch, `plateaus` times lowered.
double rate_of(const TrainConfig& config, int64_t epoch, int64_t plateaus);

}  // namespace seisgrad
