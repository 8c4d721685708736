#include "models/safetensors.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "models/safetensors_header.h"
#include "tensor/atomic_file.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr size_t checksum_digits = 8;
const std::string no_checksum(checksum_digits, '0');

std::string hexadecimal(uint32_t value) {
  std::string text = no_checksum;
  for (size_t i = checksum_digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

const char* name_of(StoredType type) {
  return type == StoredType::f32 ? "F32" : type == StoredType::f64 ? "F64" : "I32";
}

void check_encodable(const Safetensors& contents) {
  require(contents.tensors.size() <= max_tensors, "safetensors: ", contents.tensors.size(), " tensors, over 4096");
  require(contents.metadata.size() < max_metadata, "safetensors: ", contents.metadata.size(), " entries of metadata");
  const auto check_name = [](const std::string& name) {
    require(escaped(name) == name && name.size() <= max_name, "safetensors: '", name, "' cannot be a name");
  };
  std::vector<std::string_view> names = {"__metadata__"};
  for (const auto& entry : contents.metadata) {
    check_name(entry.first);
    require(entry.first != checksum_key, "safetensors: ", checksum_key, " is written by encode() itself");
  }
  for (const StoredTensor& t : contents.tensors) {
    check_name(t.name);
    names.push_back(t.name);
    uint64_t count = 0;
    require(t.shape.size() <= max_rank && element_count(t.shape.data(), t.shape.size(), count) &&
                t.bytes.size() / bytes_each(t.type) == count && t.bytes.size() % bytes_each(t.type) == 0,
            "safetensors: tensor '", t.name, "' has ", t.bytes.size(), " bytes, which do not fit its shape");
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  require(twice == names.end(), "safetensors: two tensors of one name");
}

std::string header_text(const Safetensors& contents, const std::string& checksums) {
  std::string text = "{\"__metadata__\":{";
  for (const auto& [key, value] : contents.metadata) text += joined('"', key, "\":\"", escaped(value), "\",");
  text += joined('"', checksum_key, "\":\"", checksums, "\"}");
  uint64_t place = 0;
  for (const StoredTensor& t : contents.tensors) {
    text += joined(",\"", t.name, "\":{\"dtype\":\"", name_of(t.type), "\",\"shape\":[");
    for (size_t axis = 0; axis < t.shape.size(); ++axis) text += joined(axis ? "," : "", t.shape[axis]);
    text += joined("],\"data_offsets\":[", place, ",", place + t.bytes.size(), "]}");
    place += t.bytes.size();
  }
  text += '}';
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data are aligned for whoever maps the file
  return text;
}

void verify(std::string_view file, const Header& header, std::string_view checksums, const std::string& name) {
  const size_t expected = (checksum_digits + 1) * (header.tensors.size() + 1) - 1;
  const uint64_t place = static_cast<uint64_t>(checksums.data() - file.data());
  if (checksums.size() != expected) refuse(name, place, "a list of checksums of the wrong length");
  uint32_t crc = crc32c(file.substr(length_bytes, place - length_bytes));
  crc = crc32c(no_checksum, crc);
  const size_t rest = place + checksum_digits;
  crc = crc32c(file.substr(rest, header.data - rest), crc);
  if (checksums.substr(0, checksum_digits) != hexadecimal(crc))
    refuse(name, length_bytes, "the header's checksum does not hold");
  for (size_t i = 0; i < header.tensors.size(); ++i) {
    const TensorEntry& t = header.tensors[i];
    const std::string_view bytes = file.substr(header.data + t.begin, t.end - t.begin);
    if (checksums.substr((checksum_digits + 1) * (i + 1), checksum_digits) != hexadecimal(crc32c(bytes)))
      refuse(name, header.data + t.begin, joined("the checksum of tensor '", t.name, "' does not hold"));
  }
}

template <class T>
std::vector<double> widened(const std::string& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return {values.begin(), values.end()};
}

template <class T>
StoredTensor stored_as(StoredType type, std::string name, std::vector<int64_t> shape, const T* values) {
  uint64_t count = 0;
  require(element_count(shape.data(), shape.size(), count), "safetensors: tensor '", name, "' has an impossible shape");
  std::string bytes(reinterpret_cast<const char*>(values), count * sizeof(T));
  return {std::move(name), type, std::move(shape), std::move(bytes)};
}

}  // namespace

std::string encode(const Safetensors& contents) {
  check_encodable(contents);
  std::string checksums = no_checksum;
  for (const StoredTensor& t : contents.tensors) checksums += " " + hexadecimal(crc32c(t.bytes));
  std::string header = header_text(contents, checksums);
  require(header.size() <= max_header_bytes, "safetensors: a header of ", header.size(), " bytes, over 16 MiB");
  const std::string key = joined('"', checksum_key, "\":\"");
  header.replace(header.find(key + checksums) + key.size(), checksum_digits, hexadecimal(crc32c(header)));

  const uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), length_bytes);
  bytes += header;
  for (const StoredTensor& t : contents.tensors) bytes += t.bytes;
  return bytes;
}

Safetensors decode(std::string_view bytes, const std::string& name) {
  const Header header = parse_header(bytes, name);
  for (const auto& [key, value] : header.metadata)
    if (key == checksum_key) verify(bytes, header, value, name);

  Safetensors contents;
  for (const auto& [key, value] : header.metadata) {
    const uint64_t place = static_cast<uint64_t>(value.data() - bytes.data());
    if (key == checksum_key) contents.verified = true;
    else if (!contents.metadata.emplace(key, unescaped(value, place, name)).second)
      refuse(name, place, joined("metadata '", key, "' twice"));
  }
  for (const TensorEntry& t : header.tensors)
    contents.tensors.push_back({std::string(t.name),
                                t.type,
                                {t.shape.begin(), t.shape.begin() + t.rank},
                                std::string(bytes.substr(header.data + t.begin, t.end - t.begin))});
  return contents;
}

Safetensors read_safetensors(const std::string& path) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  const uint64_t size = regular ? std::filesystem::file_size(path, error) : 0;
  std::ifstream file(path, std::ios::binary);
  if (!regular || error || !file)
    throw std::runtime_error(path + ": cannot be read: no such file, or no permission; give the path of a weight file");

  std::string bytes(std::min<uint64_t>(size, length_bytes), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  header_length(bytes, size, path);  // before the rest is read: whatever else it is, it may be large
  bytes.resize(size);
  file.read(bytes.data() + length_bytes, static_cast<std::streamsize>(size - length_bytes));
  if (!file) throw std::runtime_error(path + ": reading stopped before the end of the file; is the disk in order?");
  return decode(bytes, path);
}

void write_safetensors(const std::string& path, const Safetensors& contents) { replace_file(path, encode(contents)); }

std::vector<double> values_of(const StoredTensor& tensor) {
  if (tensor.type == StoredType::f64) return widened<double>(tensor.bytes);
  if (tensor.type == StoredType::f32) return widened<float>(tensor.bytes);
  return widened<int32_t>(tensor.bytes);
}

StoredTensor stored(std::string name, std::vector<int64_t> shape, const float* values) {
  return stored_as(StoredType::f32, std::move(name), std::move(shape), values);
}
StoredTensor stored(std::string name, std::vector<int64_t> shape, const double* values) {
  return stored_as(StoredType::f64, std::move(name), std::move(shape), values);
}

}  // namespace seisgrad
