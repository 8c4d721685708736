// seisgrad model info: what a weight file holds, layer by layer.
#pragma once
#include <string>

namespace seisgrad {

struct InfoOptions {
  std::string file;
  bool json = false;
};

// Prints; 0. Throws std::runtime_error naming the file.
int model_info(const InfoOptions& options);

// The same as text, ending in a newline.
std::string info_text(const std::string& file, bool json);

}  // namespace seisgrad
