// seisgrad model convert: Keras weights to seisgrad's own. libhdf5 crashes and hangs on hostile files, so a child
// process with limited memory and time reads them and hands over the bytes of a safetensors file, which are checked as
// any other.
#pragma once
#include <chrono>
#include <string>

#include "models/weights.h"

namespace seisgrad {

struct ConvertOptions {
  std::string in, out;
  std::string golden;  // HDF5 file of known activations; empty: no parity certificate
};

// The child process: what it takes and how it is started.
struct ChildLimits {
  std::string program = "/proc/self/exe";  // must call keras_child() when its first argument is keras_child_argument
  std::chrono::seconds wall = std::chrono::seconds(90);
};
constexpr const char* keras_child_argument = "--read-hdf5-for-parent";
int keras_child(int argc, char** argv);

// Writes options.out, and options.out + ".parity.json" where golden activations are given; prints what it did. With
// golden activations that are not met nothing is written and the result is 1. Throws std::runtime_error.
int model_convert(const ConvertOptions& options, const ChildLimits& limits = {});

// What the child made of an HDF5 file. Throws std::runtime_error, one line, whatever happens to the child.
Safetensors read_keras(const std::string& path, const ChildLimits& limits = {});        // a weight file
Safetensors read_hdf5_arrays(const std::string& path, const ChildLimits& limits = {});  // all its arrays of floats

// The model of a Keras file, with its provenance: name, size and checksum of the file.
Loaded<EQTransformer> load_keras(const std::string& path, const ChildLimits& limits = {});

}  // namespace seisgrad
