// replace_file: writing a file so that a crash, a full disk or a kill leaves either the old one or the new one.
#pragma once
#include <string>
#include <string_view>

namespace seisgrad {

// Writes `bytes` into a temporary file beside `path`, flushes it to the disk, renames it to `path` and flushes the
// directory. Throws std::runtime_error naming the file, the system's reason and a remedy; the old file and its
// directory are then as they were.
void replace_file(const std::string& path, std::string_view bytes);

}  // namespace seisgrad
