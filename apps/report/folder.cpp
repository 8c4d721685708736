#include "apps/report/folder.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace seisgrad {

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || access(folder.c_str(), W_OK) != 0)
    throw std::runtime_error(folder + ": cannot be written" + (error ? ", " + error.message() : "") +
                             "; choose another folder with --out");
}

}  // namespace seisgrad
