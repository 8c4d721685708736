// Class model visualisation (Simonyan, Vedaldi & Zisserman 2014, arXiv 1312.6034, section 2): the window that the
// classifier takes for the very image of a class c,
//
//     maximise over x    S_c(x) - l2 sum x^2 - variation sum (x_t+1 - x_t)^2
//
// by Adam from x = 0; S_c is the logit. The second term is the total variation of Mahendran & Vedaldi (2015, arXiv
// 1412.0035, beta = 2). At each step the window is shifted in a circle by a random number of samples, so that what is
// found does not hang on one sample's place. At the end it is divided by its largest magnitude, as a scan does.
#pragma once
#include <functional>

#include "apps/explain/explained_model.h"

namespace seisgrad {

struct ClassModelOptions {
  int64_t steps = 2000;
  double rate = 0.02;  // of Adam
  double l2 = 1e-3, variation = 1e-3;
  int64_t shift = 8;  // samples, to either side
  uint64_t seed = 0;
};

struct ClassModel {
  std::string name;                        // of the class
  std::vector<double> x;                   // (3,samples), in the order of the model's components; largest magnitude 1
  Prediction prediction;                   // of x
  std::vector<double> score, probability;  // of each step: S_c and p_c of the shifted window, before the last division

  // Means of S_c over 50 steps each; whether they rise, one after the other.
  std::vector<double> mean_scores() const;
  bool rises() const;
};

// One class each, all in one batch: none changes another. `go_on` is asked after each step; where it says no the
// result is empty. Throws std::invalid_argument for a class that the model does not have.
std::vector<ClassModel> class_models(const ExplainedModel& model, const std::vector<std::string>& classes,
                                     const ClassModelOptions& options, const std::function<bool()>& go_on);

// Amplitude spectrum of a row of x: |X(f)| at f = 0, rate/n, ... rate/2, n the least power of two that holds it.
struct Spectrum {
  std::vector<double> hertz, amplitude;
};
Spectrum spectrum_of(std::span<const double> row, double rate);

}  // namespace seisgrad
