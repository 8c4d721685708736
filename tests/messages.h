// What an error says.
#pragma once
#include <exception>
#include <string>

namespace seisgrad {

// "" where nothing is thrown.
std::string message_of(auto&& call) {
  try {
    call();
  } catch (const std::exception& error) { return error.what(); }
  return "";
}

inline bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace seisgrad
