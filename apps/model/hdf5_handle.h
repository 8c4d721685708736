// What hdf5.cpp and hdf5_array.cpp share: identifiers of libhdf5 that close themselves, and texts.
#pragma once
#include <hdf5.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensor/require.h"

namespace seisgrad {

[[noreturn]] inline void hdf5_fail(const std::string& file, const std::string& object, const std::string& what) {
  throw std::runtime_error(joined(file, ": ", object, ": ", what));
}

// An identifier of the library's, closed with its own function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

inline uint64_t points(const Handle& space) {
  const hssize_t n = space.ok() ? H5Sget_simple_extent_npoints(space) : -1;
  return n < 0 ? std::numeric_limits<uint64_t>::max() : static_cast<uint64_t>(n);
}

// Data must lie in the file at `path`: no other file's bytes are read on a file's word, nor by its links.
inline bool hdf5_stored_here(hid_t dataset, const std::string& path) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  std::string name(path.size() + 2, '\0');
  const ssize_t length = H5Fget_name(dataset, name.data(), name.size());
  return creation.ok() && H5Pget_external_count(creation) == 0 && H5Pget_layout(creation) != H5D_VIRTUAL &&
         length == static_cast<ssize_t>(path.size()) && name.compare(0, path.size(), path) == 0;
}

// Reads values of a memory type into a place: those of an attribute or of a dataset.
using Hdf5Read = std::function<herr_t(hid_t memory_type, void* into)>;

// All `count` texts, of fixed or variable length, of what has this type and space; fewer where they cannot be read.
std::vector<std::string> hdf5_texts(const Handle& type, const Handle& space, uint64_t count, const Hdf5Read& read);

}  // namespace seisgrad
