// A network as explanations see it: logits of a window, and derivatives of a score with respect to the window and to a
// layer. Evaluation mode, weights frozen. Scores are logits, never probabilities: where those saturate, their gradients
// vanish (Simonyan et al. 2014).
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/model/settings.h"
#include "data/components.h"
#include "layers/pass.h"
#include "models/eqtransformer.h"
#include "models/phase_classifier.h"

namespace seisgrad {

struct ExplainedModel {
  std::string name;
  bool classifies = false;  // the phase classifier: one output, logits (N,classes); else three, (N,samples) each
  ScanSettings settings;
  int64_t length = 0;                // samples of a window
  std::vector<std::string> targets;  // classes; or detection, P, S
  std::vector<std::string> layers;   // whose maps can be made
  std::string layer;                 // the usual one: the classifier's second block, the encoder's last convolution
  Device device;
  // Logits of x (N,3,length), one tensor an output.
  std::function<std::vector<Tensor>(const Tensor& x, const Pass& pass)> logits;
};

ExplainedModel explained(const PhaseClassifier& model, const ScanSettings& settings, std::string name, Device device);
ExplainedModel explained(const EQTransformer& model, const ScanSettings& settings, std::string name, Device device);
// Of a weight file, or a name of apps/model/pretrained.h. Throws as they do.
ExplainedModel load_explained(const std::string& file, Device device);

// (3,length): the segment's first samples as the network takes them; a shorter segment is followed by zeros.
std::vector<real> network_input(const ExplainedModel& model, const ComponentSegment& segment);

// What is explained: a weighted sum of one output's logits.
struct Target {
  std::string name;
  size_t output = 0;
  std::vector<real> weights;
};

// Logits and probabilities of one window, an output each: classes; or samples of detection, P, S.
struct Prediction {
  std::vector<std::vector<double>> logits, probabilities;
  double score(const Target& target) const;        // the weighted sum
  double probability(const Target& target) const;  // likewise of probabilities
};
Prediction predict(const ExplainedModel& model, std::span<const real> window);
std::vector<Prediction> predict_all(const ExplainedModel& model, std::span<const real> windows);

// A class; P or S at `sample`; detection, over the samples where it is at least half its largest. `name` "": the most
// probable class. sample -1: where the probability is largest. Throws std::invalid_argument for a name that is none of
// the model's targets.
Target target_of(const ExplainedModel& model, const Prediction& prediction, const std::string& name,
                 int64_t sample = -1);

// Of N windows at once; rows do not mix.
struct Derivatives {
  std::vector<double> score;  // (N)
  std::vector<double> input;  // dS/dx, (N,3,length)
  // Where a layer was asked for: A and dS/dA, (N,channels,steps).
  std::vector<double> activation, gradient;
  int64_t channels = 0, steps = 0;
};
// Throws std::invalid_argument for a layer that there is not, or that the target does not depend on.
Derivatives differentiate(const ExplainedModel& model, const Target& target, std::span<const real> windows,
                          const std::string& layer = "");

}  // namespace seisgrad
