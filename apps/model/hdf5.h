// Reading HDF5 files: text attributes and arrays of numbers. Only hdf5.cpp includes the library. libhdf5 crashes and
// hangs on hostile files, so the program uses this in a limited child process alone (convert.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/safetensors.h"

namespace seisgrad {

// Throws std::runtime_error naming the file and the object within.
class Hdf5File {
 public:
  explicit Hdf5File(const std::string& path);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  // Attribute of an object such as "/model_weights/conv1d_1"; one string, or a list of them. Fixed or variable length.
  bool has_attribute(const std::string& object, const std::string& name) const;
  std::vector<std::string> texts(const std::string& object, const std::string& name) const;
  std::string text(const std::string& object, const std::string& name) const;

  // A dataset of numbers: floats of 4 bytes become F32, of 8 bytes F64. Its name is its path without the first slash.
  StoredTensor array(const std::string& path) const;
  // All datasets of such floats, in the order of their names.
  std::vector<StoredTensor> arrays() const;

 private:
  std::string path_;
  int64_t file_;
};

}  // namespace seisgrad
