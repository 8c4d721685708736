// Reading HDF5 files: attributes and arrays of numbers. Only hdf5*.cpp includes the library. libhdf5 crashes and
// hangs on hostile files, so the program uses this in a limited child process alone (convert.h,
// apps/data/hdf5_traces.h).
#pragma once
#include <cstdint>
#include <map>
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

  bool has(const std::string& path) const;  // a group or a dataset
  // The names of all that is directly in a group, sorted.
  std::vector<std::string> members(const std::string& group) const;
  // All attributes of an object that are texts or numbers, as text: "12.5", several as "[1 2 3]".
  std::map<std::string, std::string> attributes(const std::string& object) const;
  // The text or number that a dataset consists of, as text.
  std::string scalar(const std::string& path) const;

 private:
  friend class Hdf5Array;
  std::string path_;
  int64_t file_;
};

// A dataset of numbers of any type, kept open while parts of it are read.
class Hdf5Array {
 public:
  Hdf5Array(const Hdf5File& file, const std::string& path);
  ~Hdf5Array();
  Hdf5Array(const Hdf5Array&) = delete;
  Hdf5Array& operator=(const Hdf5Array&) = delete;

  const std::vector<int64_t>& shape() const { return shape_; }
  // The block of `extent` values along each axis that begins at `begin`, row-major, as floats.
  std::vector<float> block(const std::vector<int64_t>& begin, const std::vector<int64_t>& extent) const;

 private:
  std::string file_, path_;
  int64_t dataset_;
  std::vector<int64_t> shape_;
};

}  // namespace seisgrad
