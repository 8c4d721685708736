// The folder that a verb writes its results into.
#pragma once
#include <string>

namespace seisgrad {

// Makes it, with its parents, where it is missing. Throws std::runtime_error if it cannot be made or written, so that
// this is said before hours of work.
void make_folder(const std::string& folder);

}  // namespace seisgrad
