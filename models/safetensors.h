// The safetensors format: an 8-byte little-endian length, a JSON header that names type, shape and place of every
// tensor, then the tensors' bytes. https://github.com/huggingface/safetensors describes it; this reader is stricter.
//
// It refuses a header over 16 MiB, over 4096 tensors, a rank over 8, sizes that overflow, a name twice, types other
// than F32, F64 and I32, and tensors that do not cover the rest of the file exactly. Nothing is allocated on a file's
// word: until all of this holds, memory stays below the size of the file plus 1 MiB.
//
// encode() adds checksums to the metadata: "seisgrad.crc32c" holds CRC32C in hexadecimal, of the header (computed with
// eight zeros in this place) and then of each tensor in the header's order. decode() verifies them where they are.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace seisgrad {

enum class StoredType : unsigned char { f32, f64, i32 };

struct StoredTensor {
  std::string name;
  StoredType type = StoredType::f32;
  std::vector<int64_t> shape;
  std::string bytes;  // row-major, little-endian

  bool operator==(const StoredTensor&) const = default;
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<StoredTensor> tensors;
  bool verified = false;  // checksums were there, and hold

  bool operator==(const Safetensors&) const = default;
};

// The bytes of a file; equal contents give equal bytes. Throws std::invalid_argument for what decode() would refuse.
std::string encode(const Safetensors& contents);

// The contents of a file whose bytes these are; `name` is for messages. Throws std::runtime_error that says which byte
// is wrong and what to do.
Safetensors decode(std::string_view bytes, const std::string& name);

// The same from and to a file. Writing replaces the file at once or not at all (tensor/atomic_file.h).
Safetensors read_safetensors(const std::string& path);
void write_safetensors(const std::string& path, const Safetensors& contents);

// The values of a tensor as doubles, and a tensor of doubles or floats.
std::vector<double> values_of(const StoredTensor& tensor);
StoredTensor stored(std::string name, std::vector<int64_t> shape, const float* values);
StoredTensor stored(std::string name, std::vector<int64_t> shape, const double* values);

}  // namespace seisgrad
