// FileWindow: any part of a file of any size through a buffer of a few MiB.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace seisgrad {

class FileWindow {
 public:
  explicit FileWindow(std::string path);  // throws std::runtime_error naming the file
  ~FileWindow();
  FileWindow(const FileWindow&) = delete;
  FileWindow& operator=(const FileWindow&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }  // when it was opened

  // At least `count` bytes from `offset` on, or all there are to the end of the file. Valid until the next call.
  std::span<const std::uint8_t> at(std::int64_t offset, std::size_t count);

 private:
  std::string path_;
  int file_ = -1;
  std::int64_t size_ = 0;
  std::int64_t begin_ = 0;  // of buffer_ in the file
  std::vector<std::uint8_t> buffer_;
};

}  // namespace seisgrad
