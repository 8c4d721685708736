// The header of a safetensors file, parsed in place: what is named here points into the bytes of the file.
#pragma once
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "models/safetensors.h"

namespace seisgrad {

constexpr size_t length_bytes = 8, max_header_bytes = 16 << 20, max_tensors = 4096, max_rank = 8, max_metadata = 256,
                 max_name = 256;
constexpr std::string_view checksum_key = "seisgrad.crc32c";

struct TensorEntry {
  std::string_view name;
  StoredType type;
  uint8_t rank;
  std::array<int64_t, max_rank> shape;
  uint64_t begin, end;  // counted from the end of the header
};

struct Header {
  std::vector<std::pair<std::string_view, std::string_view>> metadata;  // values as written, with their escapes
  std::vector<TensorEntry> tensors;
  size_t data;  // where the tensors' bytes begin
};

// Parses and checks everything that does not need the tensors' bytes.
Header parse_header(std::string_view file, const std::string& name);

// The header's length, given the file's first eight bytes and its size; refuses what cannot be a safetensors file.
size_t header_length(std::string_view start, uint64_t file_size, const std::string& name);

// A string of JSON without and with its escapes. `offset` and `name` are for messages.
std::string unescaped(std::string_view text, uint64_t offset, const std::string& name);
std::string escaped(std::string_view text);

size_t bytes_each(StoredType type);

// The number of elements; false where it overflows.
bool element_count(const int64_t* shape, size_t rank, uint64_t& count);

[[noreturn]] void refuse(const std::string& name, uint64_t offset, const std::string& what);

}  // namespace seisgrad
