// require: how every room above kernels/ reports the caller's mistake, saying what was expected and what came.
#pragma once
#include <sstream>
#include <stdexcept>
#include <string>

namespace seisgrad {

// The parts, written one after another.
std::string joined(const auto&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

// Throws std::invalid_argument with the joined parts unless the condition holds.
void require(bool condition, const auto&... parts) {
  if (!condition) throw std::invalid_argument(joined(parts...));
}

}  // namespace seisgrad
