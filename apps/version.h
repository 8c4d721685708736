// What this program is and what it was built with.
#pragma once
#include <string>

namespace seisgrad {

std::string version_text();

}  // namespace seisgrad
