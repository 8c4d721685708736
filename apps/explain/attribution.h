// Which samples of a window a score S depends on.
//
//   saliency              |dS/dx|                          Simonyan, Vedaldi & Zisserman 2014, arXiv 1312.6034
//   SmoothGrad            |mean_j dS/dx at x + N(0, s^2)|  Smilkov et al. 2017, arXiv 1706.03825
//   LayerCAM, Smooth Grad-CAM++   apps/explain/cam.h, of the same copies
//   integrated gradients  x times the mean of dS/dx along the straight line from zeros to x; summed over all samples
//                         they are S(x) - S(zeros)                   Sundararajan, Taly & Yan 2017, arXiv 1703.01365
#pragma once
#include "apps/explain/cam.h"
#include "apps/explain/explained_model.h"

namespace seisgrad {

struct MapOptions {
  std::string layer;  // "": the model's usual one
  CamAlpha alpha = CamAlpha::local;
  int64_t copies = 50;  // noisy ones; SmoothGrad's authors recommend 50, and a noise of 0.1 to 0.2, of images
  double noise = 0.05;  // its standard deviation, of the window's largest minus its least value
  uint64_t seed = 0;

  bool smooth() const { return copies > 1 || noise > 0; }
};

struct NoisyMaps {
  CamMoments moments;            // of the layer
  std::vector<double> gradient;  // (3,samples): the mean of dS/dx, SmoothGrad without the magnitude

  std::vector<double> cam(CamAlpha alpha) const;  // (samples), scaled to at most 1
};
// `id` names the window: with options.seed and the copy's number it keys the noise, so a map does not depend on what
// else is explained.
NoisyMaps noisy_maps(const ExplainedModel& model, const Target& target, std::span<const real> window, uint32_t id,
                     const MapOptions& options);

struct IntegratedGradients {
  std::vector<double> values;  // (3,samples), in units of S
  double score = 0, score_of_zeros = 0;
  int64_t steps = 0;
  // |sum of values - (S(x) - S(zeros))|, over |S(x) - S(zeros)|
  double completeness_error() const;
};
// The trapezoidal rule, its steps doubled until it is complete to 1 %, or to 16384 steps.
IntegratedGradients integrated_gradients(const ExplainedModel& model, const Target& target,
                                         std::span<const real> window);

// Samples of a layer's step: both models halve the length again and again.
int64_t layer_stride(int64_t samples, int64_t steps);

}  // namespace seisgrad
