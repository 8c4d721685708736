// Parity: an EQTransformer, on whatever device it is, against recorded values of another implementation, activation by
// activation. Outputs are those of a watched run and of one without a watcher, whose layers are fused: the larger error
// counts.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "models/eqtransformer.h"
#include "models/safetensors.h"

namespace seisgrad {

struct ParityRow {
  std::string golden, ours;  // names: of the array, of Pass::watch's value or of the output
  bool output = false;
  double error = 0;      // the largest absolute difference
  double magnitude = 0;  // the largest absolute golden value
};

struct Parity {
  // Float32 sums in another order differ by about 1e-6 in a probability and 1e-5 of an activation's magnitude.
  static constexpr double output_tolerance = 2e-5, activation_tolerance = 1e-4;

  std::vector<ParityRow> rows;

  double largest_output_error() const;
  double largest_activation_error() const;  // as a fraction of the magnitude
  bool holds() const;                       // never with a NaN
};

// `golden` holds "input" (N,samples,components), already normalised; "detection", "p", "s" (N,samples) and, preferred
// where they are there, the same from float64 ("detection_f64"); any of the activations in golden_names() as
// "act/NAME", (N,C,T) or in our order. Throws std::runtime_error naming `file` where arrays are missing or do not fit.
Parity compare(const EQTransformer& model, const Safetensors& golden, const std::string& file);

// The names of the activations of docs/weights.md, from Keras' layers to ours: "enc_conv1" -> "encoder.0".
std::map<std::string, std::string> golden_names(const EQTransformerConfig& config);

}  // namespace seisgrad
