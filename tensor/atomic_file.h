// Writing a file so that a crash, a full disk or a kill leaves either the old one or the new one. What a killed run
// left of its temporary files (tensor/abandoned.h) is removed when the next one writes into the folder.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace seisgrad {

// Writes `bytes` into a temporary file beside `path`, flushes it to the disk, renames it to `path` and flushes the
// directory. Throws std::runtime_error naming the file, the system's reason and a remedy; the old file and its
// directory are then as they were. What is no regular file (a folder, link, device) is not replaced.
void replace_file(const std::string& path, std::string_view bytes);

// The same for a file that is too large for memory: written piece by piece, `path` only after commit(). Without it the
// temporary file is removed. Errors as above.
class PartialFile {
 public:
  explicit PartialFile(const std::string& path);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void append(std::string_view bytes);
  void overwrite_begin(std::string_view bytes);  // the first bytes, which must be written already
  uint64_t size() const { return size_; }        // of all that was appended
  void commit();

 private:
  std::string path_, temporary_;
  int fd_;
  uint64_t size_ = 0;
};

}  // namespace seisgrad
