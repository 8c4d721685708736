// What training adds to the models: first weights, and what a loss is beside the data's own part.
#pragma once
#include <string>

#include "models/eqtransformer.h"
#include "models/phase_classifier.h"

namespace SEISGRAD {

// paper: every matrix and kernel Xavier normal, every bias zero (Mousavi et al. 2020). keras: as the released code's
// layers have it: Glorot uniform for convolutions and LSTMs, orthogonal recurrent matrices, forget biases 1, Glorot
// normal cut off at two deviations for attention and feed-forward matrices.
enum class Initialisation { paper, keras };
std::string to_string(Initialisation how);
Initialisation initialisation_named(const std::string& name);  // throws std::invalid_argument

void initialise(const EQTransformer& model, Initialisation how, uint64_t seed);

// weights.detection bce(detection) + weights.p bce(p) + weights.s bce(s); the terms one by one too. Targets
// (N,samples).
struct EQTransformerLoss {
  struct Weights {
    double detection = 0.05, p = 0.40, s = 0.55;
    bool operator==(const Weights&) const = default;
  };
  Tensor total, detection, p, s;
};
// Of probabilities, clipped to [1e-7, 1 - 1e-7] as Keras does. Where one is clipped it has no gradient: outputs that
// fell to 0 everywhere, as those of rare arrivals do in the first steps, never come back.
EQTransformerLoss clipped_loss(const EQTransformer::Output& probabilities, const EQTransformer::Output& target,
                               const EQTransformerLoss::Weights& weights = {});
// Of logits: the same where nothing is clipped, and everywhere a gradient.
EQTransformerLoss loss(const EQTransformer::Output& logits, const EQTransformer::Output& target,
                       const EQTransformerLoss::Weights& weights = {});

// l2 sum w^2 + l1 sum |b| over kernels w and biases b of the encoder's and the decoders' convolutions, output layers
// apart: where the released code has its regularisation, with l2 = 1e-6, l1 = 1e-4.
Tensor penalty(const EQTransformer& model, double l2, double l1);
// l2 sum w^2 over kernels and matrices, without biases and norms.
Tensor penalty(const PhaseClassifier& model, double l2);

}  // namespace SEISGRAD
