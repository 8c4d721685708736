#include "data/bulletin_cells.h"

#include <charconv>
#include <stdexcept>

#include "data/trace_row.h"

namespace seisgrad {

double number_of(const std::string& text) {
  double value = unknown;
  if (says_nothing(text)) return value;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
  if (end != text.data() + text.size()) throw std::runtime_error("\"" + text + "\" is not a number");
  return value;
}

Time time_of(const std::string& text) {
  try {
    return time_from_iso(text);
  } catch (const std::invalid_argument& error) { throw std::runtime_error(error.what()); }
}

bool is_phase(std::string& phase) {
  phase = phase_name(phase);
  return !phase.empty() && std::string("PSps").find(phase[0]) != std::string::npos;
}

}  // namespace seisgrad
