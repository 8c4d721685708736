#include "apps/model/hdf5.h"

#include <utility>

#include "apps/model/hdf5_handle.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// A network of 4096 tensors and activations of a few windows stay far below these.
constexpr uint64_t most_bytes = uint64_t{1} << 30, most_texts = 1 << 16;
constexpr size_t most_objects = 1 << 16;

// F32 or F64 by the size of the file's floats; false for other types.
bool float_type(const Handle& type, StoredType& stored) {
  if (H5Tget_class(type) != H5T_FLOAT) return false;
  stored = H5Tget_size(type) == 8 ? StoredType::f64 : StoredType::f32;
  return H5Tget_size(type) == 4 || H5Tget_size(type) == 8;
}

herr_t collect(hid_t, const char* name, const H5O_info_t* info, void* data) {
  auto& names = *static_cast<std::vector<std::string>*>(data);
  if (info->type == H5O_TYPE_DATASET) names.push_back(name);
  return names.size() > most_objects ? 1 : 0;  // 1 stops the walk
}

}  // namespace

Hdf5File::Hdf5File(const std::string& path) : path_(path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // we report errors ourselves
  H5PLset_loading_state(0);                     // no filters from shared libraries
  file_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file_ < 0) throw std::runtime_error(path + ": cannot be opened as an HDF5 file; is it there, and complete?");
}

Hdf5File::~Hdf5File() { H5Fclose(file_); }

bool Hdf5File::has_attribute(const std::string& object, const std::string& name) const {
  const Handle at(H5Oopen(file_, object.c_str(), H5P_DEFAULT), H5Oclose);
  return at.ok() && H5Aexists(at, name.c_str()) > 0;
}

std::vector<std::string> Hdf5File::texts(const std::string& object, const std::string& name) const {
  const Handle at(H5Oopen(file_, object.c_str(), H5P_DEFAULT), H5Oclose);
  if (!at.ok()) hdf5_fail(path_, object, "there is no such group");
  const Handle attribute(H5Aopen(at, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute.ok()) hdf5_fail(path_, object, joined("there is no attribute '", name, "'"));
  const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  const uint64_t count = points(space);
  if (H5Tget_class(type) != H5T_STRING || count > most_texts)
    hdf5_fail(path_, object, joined("attribute '", name, "' is no list of texts"));
  std::vector<std::string> texts =
      hdf5_texts(type, space, count, [&](hid_t as, void* into) { return H5Aread(attribute, as, into); });
  if (texts.size() != count) hdf5_fail(path_, object, joined("attribute '", name, "' cannot be read"));
  return texts;
}

std::string Hdf5File::text(const std::string& object, const std::string& name) const {
  std::vector<std::string> all = texts(object, name);
  if (all.size() != 1) hdf5_fail(path_, object, joined("attribute '", name, "' is not one text"));
  return std::move(all[0]);
}

StoredTensor Hdf5File::array(const std::string& path) const {
  const Handle dataset(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.ok()) hdf5_fail(path_, path, "there is no such array");
  const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
  StoredTensor tensor;
  tensor.name = path.substr(path.find_first_not_of('/'));
  if (!float_type(type, tensor.type)) hdf5_fail(path_, path, "not an array of floats");
  if (!hdf5_stored_here(dataset, path_)) hdf5_fail(path_, path, "its data lie in another file");
  const int rank = H5Sget_simple_extent_ndims(space);
  const size_t size = tensor.type == StoredType::f64 ? 8 : 4;
  const uint64_t count = points(space);
  if (rank < 0 || rank > 8 || count > most_bytes / size)
    hdf5_fail(path_, path, "too large an array, or of too many axes");
  hsize_t extent[8];
  H5Sget_simple_extent_dims(space, extent, nullptr);
  tensor.shape.assign(extent, extent + rank);
  tensor.bytes.resize(count * size);
  const hid_t native = tensor.type == StoredType::f64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
  if (H5Dread(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes.data()) < 0)
    hdf5_fail(path_, path, "the array cannot be read; the file is damaged");
  return tensor;
}

std::vector<StoredTensor> Hdf5File::arrays() const {
  std::vector<std::string> names;
  if (H5Ovisit(file_, H5_INDEX_NAME, H5_ITER_INC, collect, &names) != 0)
    hdf5_fail(path_, "/", "its objects cannot be listed, or are too many");
  std::vector<StoredTensor> found;
  for (const std::string& name : names) {
    const Handle dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle type(dataset.ok() ? H5Dget_type(dataset) : -1, H5Tclose);
    StoredType ignored = StoredType::f32;
    if (type.ok() && float_type(type, ignored)) found.push_back(array(name));
  }
  return found;
}

}  // namespace seisgrad
