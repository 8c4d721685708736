// Weight files: a model's tensors, named as by its visit(), in the safetensors format with checksums. The metadata say
// what they are: docs/weights.md has the table. Equal weights and notes give equal files: no times, no paths.
#pragma once
#include <string>

#include "models/eqtransformer.h"
#include "models/phase_classifier.h"
#include "models/safetensors.h"

namespace SEISGRAD {

// What else a file says; both are JSON objects as text that others define.
struct ModelNotes {
  std::string preprocessing = "{}";  // profile of the input: data/preprocess.h
  std::string provenance = "{}";     // where the weights come from

  bool operator==(const ModelNotes&) const = default;
};

template <class Model>
struct Loaded {
  Model model;
  ModelNotes notes;
};

// As file contents. Throws std::invalid_argument if a weight is NaN or infinite.
Safetensors pack(const EQTransformer& model, const ModelNotes& notes = {});
Safetensors pack(const PhaseClassifier& model, const ModelNotes& notes = {});

// The model of a file; `name` is for messages. Throws std::runtime_error naming the file and what is wrong: another
// kind of model, no checksums, a configuration that does not hold, a tensor missing, unexpected, of another shape, with
// a value that is NaN or infinite. Nothing is allocated for a configuration whose size is not that of the file.
Loaded<EQTransformer> unpack_eqtransformer(const Safetensors& file, const std::string& name);
Loaded<PhaseClassifier> unpack_phase_classifier(const Safetensors& file, const std::string& name);

// "eqtransformer" or "phase_classifier".
std::string model_kind(const Safetensors& file, const std::string& name);

// The same from and to files.
void save(const std::string& path, const EQTransformer& model, const ModelNotes& notes = {});
void save(const std::string& path, const PhaseClassifier& model, const ModelNotes& notes = {});
Loaded<EQTransformer> read_eqtransformer(const std::string& path);
Loaded<PhaseClassifier> read_phase_classifier(const std::string& path);

}  // namespace SEISGRAD
