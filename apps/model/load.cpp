#include "apps/model/load.h"

#include <filesystem>
#include <fstream>

#include "apps/model/convert.h"

namespace seisgrad {

// An HDF5 file by its signature; its name may be anything.
static bool is_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char signature[8] = {};
  file.read(signature, sizeof signature);
  return file && std::string_view(signature, sizeof signature) == std::string_view("\x89HDF\r\n\x1a\n", 8);
}

LoadedModel load_eqtransformer(const std::string& path) {
  Loaded<EQTransformer> loaded = is_hdf5(path) ? load_keras(path) : read_eqtransformer(path);
  return {std::move(loaded.model), std::move(loaded.notes.preprocessing), model_name(path)};
}

std::string kind_of_model(const std::string& path) {
  return is_hdf5(path) ? "eqtransformer" : model_kind(read_safetensors(path), path);
}

std::string provenance_of_model(const std::string& path) {
  if (is_hdf5(path)) return "{}";
  const auto notes = read_safetensors(path).metadata;
  const auto found = notes.find("seisgrad.provenance");
  return found == notes.end() ? "{}" : found->second;
}

std::string model_name(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

}  // namespace seisgrad
