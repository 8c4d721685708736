// The weights that come with seisgrad, by name: "eqtransformer" and "phase_classifier" (models/pretrained/README.md).
#pragma once
#include <string>

namespace seisgrad {

// What a scan uses where nobody names a model.
inline constexpr const char* default_model = "eqtransformer";

// The file of shipped weights that `model` names; anything else, a path, is returned as it is ("./eqtransformer" is a
// path). The file is NAME.safetensors, in the folder $SEISGRAD_MODELS where that is set; else
// in ../share/seisgrad/models beside the folder of the program, as `cmake --install` lays it; else in the source tree
// that the program was built from. Throws std::runtime_error naming the places where it is missing.
std::string model_file(const std::string& model);

}  // namespace seisgrad
