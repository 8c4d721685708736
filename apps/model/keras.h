// Import of EQTransformer from Keras .h5 files, in the layouts of standalone Keras 2.3 and of TensorFlow's Keras 2.
// Everything that may differ between models is read from the file's model_config.
#pragma once
#include <string>
#include <vector>

#include "models/eqtransformer.h"
#include "models/safetensors.h"

namespace seisgrad {

// Which weight of Keras becomes which tensor of ours. Keras' axes are ours in reverse order: a conv kernel (K,C,O)
// becomes (O,C,K), an LSTM kernel (in,4H) with gates i,f,c,o becomes (4H,in), a dense one (in,out) becomes (out,in).
struct KerasBinding {
  std::string tensor;  // e.g. "bilstm.0.forward.weight"
  std::string layer;   // e.g. "bidirectional_1"
  std::string part;    // "forward" or "backward" in a Bidirectional, else empty
  std::string weight;  // e.g. "kernel", "Wx"
};

struct KerasModel {
  EQTransformerConfig config;
  std::vector<KerasBinding> bindings;
};

// Throws std::runtime_error with one line naming the layer that is not as in EQTransformer.
KerasModel keras_model(const std::string& model_config);

// The tensor with its axes reversed; axes of size 1 at the front are dropped down to `rank`.
StoredTensor reversed_axes(const StoredTensor& tensor, size_t rank);

// A weight file (models/weights.h) from a Keras file. Reads HDF5: see hdf5.h.
Safetensors import_keras(const std::string& path);

}  // namespace seisgrad
