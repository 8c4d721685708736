#include "apps/model/pretrained.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace seisgrad {

namespace fs = std::filesystem;

static std::vector<fs::path> places() {
  if (const char* set = std::getenv("SEISGRAD_MODELS"); set != nullptr && *set != '\0') return {set};
  std::vector<fs::path> folders;
  std::error_code unknown;  // without /proc the program does not know where it lies
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) folders.push_back(program.parent_path().parent_path() / "share/seisgrad/models");
  folders.push_back(SEISGRAD_SOURCE_MODELS);
  return folders;
}

std::string model_file(const std::string& model) {
  if (model != "eqtransformer" && model != "phase_classifier") return model;
  std::string looked;
  for (const fs::path& folder : places()) {
    const fs::path file = folder / (model + ".safetensors");
    std::error_code missing;
    if (fs::is_regular_file(file, missing)) return file.string();
    looked += (looked.empty() ? "no " : ", no ") + file.string();
  }
  throw std::runtime_error("the shipped weights of " + model + " are missing: there is " + looked +
                           "; set SEISGRAD_MODELS to the folder that holds them, or give --model FILE");
}

}  // namespace seisgrad
