// Small HDF5 files for tests, made with the library's C API.
#pragma once
#include <hdf5.h>

#include <map>
#include <string>
#include <vector>

namespace seisgrad {

class Hdf5Writer {
 public:
  explicit Hdf5Writer(const std::string& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)),
        intermediate_(H5Pcreate(H5P_LINK_CREATE)) {
    H5Pset_create_intermediate_group(intermediate_, 1);
  }
  ~Hdf5Writer() {
    H5Pclose(intermediate_);
    H5Fclose(file_);
  }
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  // Attributes: texts of variable length; numbers where the text is "#1.5" or "#1 2 3".
  void array(const std::string& path, std::vector<hsize_t> shape, const std::vector<float>& values,
             const std::map<std::string, std::string>& attributes = {}, hid_t type = H5T_NATIVE_FLOAT) {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t set = H5Dcreate2(file_, path.c_str(), type, space, intermediate_, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    for (const auto& [name, value] : attributes) attribute(set, name, value);
    H5Dclose(set);
    H5Sclose(space);
  }

  void text(const std::string& path, const std::string& value) {
    const hid_t type = text_type(), space = H5Screate(H5S_SCALAR);
    const hid_t set = H5Dcreate2(file_, path.c_str(), type, space, intermediate_, H5P_DEFAULT, H5P_DEFAULT);
    const char* pointer = value.c_str();
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
  }

  void link_to_other_file(const std::string& path, const std::string& file, const std::string& object) {
    H5Lcreate_external(file.c_str(), object.c_str(), file_, path.c_str(), intermediate_, H5P_DEFAULT);
  }

 private:
  static hid_t text_type() {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
  }

  static void attribute(hid_t set, const std::string& name, const std::string& value) {
    std::vector<double> numbers;
    for (std::size_t at = 1; value[0] == '#' && at < value.size();) {
      std::size_t used = 0;
      numbers.push_back(std::stod(value.substr(at), &used));
      at += used;
    }
    const hsize_t count = numbers.size();
    const hid_t type = numbers.empty() ? text_type() : H5Tcopy(H5T_NATIVE_DOUBLE);
    const hid_t space = numbers.size() < 2 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr);
    const hid_t made = H5Acreate2(set, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    const char* pointer = value.c_str();
    if (numbers.empty()) H5Awrite(made, type, &pointer);
    else H5Awrite(made, type, numbers.data());
    H5Aclose(made);
    H5Sclose(space);
    H5Tclose(type);
  }

  hid_t file_, intermediate_;
};

}  // namespace seisgrad
