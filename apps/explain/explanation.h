// Explanation: everything that is said of one window and one target, and its figures and tables.
#pragma once
#include "apps/explain/attention.h"
#include "apps/explain/attribution.h"
#include "apps/explain/case.h"

namespace seisgrad {

struct Explanation {
  Target target;
  double score = 0, probability = 0;
  std::vector<real> input;         // (3,samples) as the network takes them, in the order of its components
  std::vector<double> saliency;    // (3,samples), |dS/dx|
  std::vector<double> cam;         // (samples), by options.alpha
  std::vector<double> smoothgrad;  // (3,samples), |mean gradient|
  IntegratedGradients integrated;
};
// `target` "": the class that the model prefers.
Explanation explanation_of(const ExplainedModel& model, const Case& window, const std::string& target,
                           const MapOptions& options);

// "Smooth LayerCAM of blocks.1, weights (local) = relu(D1), 50 copies, noise 0.05"
std::string method_text(const ExplainedModel& model, const MapOptions& options);

// Maps over the three components, then the map with its top tenth shaded, probabilities and picks.
std::string cam_svg(const ExplainedModel& model, const Case& window, const Explanation& e, const MapOptions& options);
// SmoothGrad over the three components, then it, saliency and integrated gradients, probabilities and picks.
std::string gradients_svg(const ExplainedModel& model, const Case& window, const Explanation& e);
// All attention maps on the window's axis of time.
std::string attention_svg(const ExplainedModel& model, const Case& window, const std::vector<AttentionMap>& maps);

// A row a sample: seconds, the input, all maps, the probabilities.
std::string explanation_csv(const ExplainedModel& model, const Case& window, const Explanation& e);
// A row a query: its seconds, then the weights of all keys, named by their seconds.
std::string attention_csv(const ExplainedModel& model, const AttentionMap& map);

}  // namespace seisgrad
