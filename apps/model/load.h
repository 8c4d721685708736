// A model from a weight file, whichever of the formats it is in.
#pragma once
#include <string>

#include "models/eqtransformer.h"

namespace seisgrad {

struct LoadedModel {
  EQTransformer model;
  std::string preprocessing;  // JSON: profile, stride, thresholds
  std::string name;           // of the file, without folder and extension: the column `model` of picks.csv
};

// .safetensors of seisgrad, or a Keras .h5, which a limited child process converts first
// (apps/model/convert.h). Throws std::runtime_error naming the file and what to do.
LoadedModel load_eqtransformer(const std::string& path);

// What a file holds: "eqtransformer", as every HDF5 file, or "phase_classifier". Throws likewise.
std::string kind_of_model(const std::string& path);

// Where its weights come from, JSON; "{}" of an HDF5 file. Throws likewise.
std::string provenance_of_model(const std::string& path);

// The name of a file, without folder and extension.
std::string model_name(const std::string& path);

}  // namespace seisgrad
