#include "data/file_window.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw std::runtime_error(joined(path, ": ", what, ": ", std::strerror(error)));
}

}  // namespace

FileWindow::FileWindow(std::string path) : path_(std::move(path)) {
  file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer must not stop us
  if (file_ < 0) fail(path_, "cannot open", errno);
  struct stat status {};
  if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
    const int error = S_ISREG(status.st_mode) ? errno : EINVAL;
    ::close(file_);
    fail(path_, "not a regular file", error);
  }
  size_ = status.st_size;
}

FileWindow::~FileWindow() { ::close(file_); }

std::span<const std::uint8_t> FileWindow::at(std::int64_t offset, std::size_t count) {
  constexpr std::int64_t chunk = 4 << 20;
  const std::int64_t wanted_end = std::min(size_, offset + static_cast<std::int64_t>(count));
  if (offset < begin_ || wanted_end > begin_ + static_cast<std::int64_t>(buffer_.size())) {
    const std::int64_t target =
        std::max<std::int64_t>(0, std::min(size_ - offset, std::max(wanted_end - offset, chunk)));
    buffer_.resize(static_cast<std::size_t>(target));
    begin_ = offset;
    std::size_t have = 0;
    while (have < buffer_.size()) {
      const ssize_t got =
          ::pread(file_, buffer_.data() + have, buffer_.size() - have, offset + static_cast<off_t>(have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(path_, joined("cannot read at offset ", offset + static_cast<off_t>(have)).c_str(), errno);
      if (got == 0) break;  // cut short while we were reading: what is left simply is not there
      have += static_cast<std::size_t>(got);
    }
    if (have < buffer_.size()) size_ = offset + static_cast<std::int64_t>(have);
    buffer_.resize(have);
  }
  if (offset >= begin_ + static_cast<std::int64_t>(buffer_.size())) return {};
  return std::span<const std::uint8_t>(buffer_).subspan(static_cast<std::size_t>(offset - begin_));
}

}  // namespace seisgrad
