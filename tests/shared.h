// Recorded data and golden files live beside the repository, not in it. Tests that want them skip, loudly, without.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

namespace seisgrad {

// The path of `relative` below the shared folder: $SEISGRAD_SHARED, or shared/ in or beside the working directory, the
// source tree or any folder above them. nullopt, after a line "SKIPPED: ...", when there is none.
inline std::optional<std::string> shared_path(const std::string& relative) {
  namespace fs = std::filesystem;
  const auto found = [&](const fs::path& folder) { return fs::exists(folder / relative); };
  if (const char* set = std::getenv("SEISGRAD_SHARED"); set && found(set)) return (fs::path(set) / relative).string();
  for (fs::path start : {fs::current_path(), fs::absolute(fs::path(__FILE__)).parent_path()})
    for (;; start = start.parent_path()) {
      if (found(start / "shared")) return (start / "shared" / relative).string();
      if (start == start.parent_path()) break;
    }
  std::cout << "SKIPPED: no shared/" << relative << " (set SEISGRAD_SHARED)" << std::endl;
  return std::nullopt;
}

}  // namespace seisgrad
