#include <algorithm>
#include <charconv>
#include <cmath>

#include "apps/model/hdf5.h"
#include "apps/model/hdf5_handle.h"

namespace seisgrad {
namespace {

constexpr uint64_t most_bytes = uint64_t{1} << 30, most_values = 64;  // of a block; of an attribute
constexpr size_t most_members = size_t{1} << 24, most_attributes = 1024;

// "12.5" or "[1 2 3]"; "" for what is neither text nor number, or is too long for either.
std::string value_text(const Handle& type, const Handle& space, const Hdf5Read& read) {
  const uint64_t count = points(space);
  if (count == 0 || count > most_values) return "";
  std::vector<std::string> texts;
  if (H5Tget_class(type) == H5T_STRING) texts = hdf5_texts(type, space, count, read);
  else if (H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT) {
    std::vector<double> numbers(count);
    if (read(H5T_NATIVE_DOUBLE, numbers.data()) < 0) return "";
    for (const double number : numbers) {
      char text[40];
      texts.emplace_back(text, std::to_chars(text, text + sizeof text, number).ptr);
    }
  }
  if (texts.size() == 1) return texts[0];
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "[" : " ") + text;
  return texts.empty() ? "" : all + "]";
}

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* data) {
  auto& names = *static_cast<std::vector<std::string>*>(data);
  names.emplace_back(name);
  return names.size() > most_members ? -1 : 0;
}

herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* data) {
  auto& names = *static_cast<std::vector<std::string>*>(data);
  names.emplace_back(name);
  return names.size() > most_attributes ? -1 : 0;
}

std::vector<std::string> variable_texts(const Handle& stored, const Handle& space, uint64_t count,
                                        const Hdf5Read& read) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5Tget_cset(stored));
  std::vector<char*> pointers(count, nullptr);
  if (read(type, pointers.data()) < 0) return {};
  std::vector<std::string> texts;
  for (const char* p : pointers) texts.emplace_back(p == nullptr ? "" : p);
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return texts;
}

std::vector<std::string> fixed_texts(const Handle& type, uint64_t count, const Hdf5Read& read) {
  const size_t size = H5Tget_size(type);
  if (size == 0 || size > most_bytes / std::max<uint64_t>(count, 1)) return {};
  std::string bytes(size * count, '\0');
  if (read(type, bytes.data()) < 0) return {};
  std::vector<std::string> texts;
  for (uint64_t i = 0; i < count; ++i) texts.emplace_back(bytes.substr(i * size, size).c_str());
  return texts;
}

}  // namespace

std::vector<std::string> hdf5_texts(const Handle& type, const Handle& space, uint64_t count, const Hdf5Read& read) {
  return H5Tis_variable_str(type) > 0 ? variable_texts(type, space, count, read) : fixed_texts(type, count, read);
}

bool Hdf5File::has(const std::string& path) const {
  const Handle at(H5Oopen(file_, path.c_str(), H5P_DEFAULT), H5Oclose);
  return at.ok();
}

std::vector<std::string> Hdf5File::members(const std::string& group) const {
  const Handle at(H5Gopen2(file_, group.c_str(), H5P_DEFAULT), H5Gclose);
  if (!at.ok()) hdf5_fail(path_, group, "there is no such group");
  std::vector<std::string> names;
  if (H5Literate(at, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names) < 0)
    hdf5_fail(path_, group, "its members cannot be listed, or are too many");
  std::sort(names.begin(), names.end());
  return names;
}

std::map<std::string, std::string> Hdf5File::attributes(const std::string& object) const {
  const Handle at(H5Oopen(file_, object.c_str(), H5P_DEFAULT), H5Oclose);
  if (!at.ok()) hdf5_fail(path_, object, "there is no such object");
  std::vector<std::string> names;
  if (H5Aiterate2(at, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names) < 0)
    hdf5_fail(path_, object, "its attributes cannot be listed, or are too many");
  std::map<std::string, std::string> values;
  for (const std::string& name : names) {
    const Handle attribute(H5Aopen(at, name.c_str(), H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    values[name] = value_text(type, space, [&](hid_t as, void* into) { return H5Aread(attribute, as, into); });
  }
  return values;
}

std::string Hdf5File::scalar(const std::string& path) const {
  const Handle dataset(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.ok()) hdf5_fail(path_, path, "there is no such value");
  const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
  return value_text(type, space,
                    [&](hid_t as, void* into) { return H5Dread(dataset, as, H5S_ALL, H5S_ALL, H5P_DEFAULT, into); });
}

Hdf5Array::Hdf5Array(const Hdf5File& file, const std::string& path)
    : file_(file.path_), path_(path), dataset_(H5Dopen2(file.file_, path.c_str(), H5P_DEFAULT)) {
  if (dataset_ < 0) hdf5_fail(file_, path_, "there is no such array");
  const Handle type(H5Dget_type(dataset_), H5Tclose), space(H5Dget_space(dataset_), H5Sclose);
  const bool numbers = H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT;
  const int rank = space.ok() ? H5Sget_simple_extent_ndims(space) : -1;
  const bool here = hdf5_stored_here(dataset_, file_);
  if (!numbers || !here || rank < 0 || rank > 8) {
    H5Dclose(dataset_);
    hdf5_fail(file_, path_,
              !numbers ? "not an array of numbers"
              : here   ? "an array of too many axes"
                       : "its data lie in another file");
  }
  hsize_t extent[8];
  H5Sget_simple_extent_dims(space, extent, nullptr);
  shape_.assign(extent, extent + rank);
}

Hdf5Array::~Hdf5Array() { H5Dclose(dataset_); }

std::vector<float> Hdf5Array::block(const std::vector<int64_t>& begin, const std::vector<int64_t>& extent) const {
  require(begin.size() == shape_.size() && extent.size() == shape_.size(), path_, ": a block of ", extent.size(),
          " axes of an array of ", shape_.size());
  uint64_t count = 1;
  std::vector<hsize_t> start, size;
  for (size_t i = 0; i < shape_.size(); ++i) {
    if (begin[i] < 0 || extent[i] < 0 || begin[i] > shape_[i] - extent[i])
      hdf5_fail(file_, path_,
                joined("samples ", begin[i], " to ", begin[i] + extent[i], " of axis ", i, " lie outside ", shape_[i]));
    start.push_back(static_cast<hsize_t>(begin[i])), size.push_back(static_cast<hsize_t>(extent[i]));
    if (extent[i] > 0 && count > most_bytes / 4 / size[i]) hdf5_fail(file_, path_, "more than 1 GiB in one trace");
    count *= size[i];
  }
  std::vector<float> values(count);
  if (count == 0 || shape_.empty()) return values;
  const Handle from(H5Dget_space(dataset_), H5Sclose),
      into(H5Screate_simple(int(size.size()), size.data(), nullptr), H5Sclose);
  if (H5Sselect_hyperslab(from, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr) < 0 ||
      H5Dread(dataset_, H5T_NATIVE_FLOAT, into, from, H5P_DEFAULT, values.data()) < 0)
    hdf5_fail(file_, path_, "its samples cannot be read; the file is damaged");
  return values;
}

}  // namespace seisgrad
