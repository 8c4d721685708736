#include "tensor/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {
namespace {

const char* remedy(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space or choose another folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; choose another folder or change its permissions";
    case ENOENT:
    case ENOTDIR:
      return "; make the folder first or choose another one";
    default:
      return "";
  }
}

[[noreturn]] void fail(const char* what, const std::string& path) {
  const int reason = errno;
  throw std::runtime_error(joined("cannot ", what, " ", path, ": ", std::strerror(reason), remedy(reason)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void write_and_flush(const std::string& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) fail("create", path);
  write_all(file.get(), bytes, path);
  if (::fsync(file.get()) != 0) fail("flush", path);
  if (!file.close()) fail("close", path);
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

void replace_file(const std::string& path, std::string_view bytes) {
  static std::atomic<unsigned> serial{0};  // two threads may save beside each other
  const std::string temporary = joined(path, ".partial-", ::getpid(), "-", serial++);
  try {
    write_and_flush(temporary, bytes);
    if (std::rename(temporary.c_str(), path.c_str()) != 0) fail("write", path);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  const std::string directory = directory_of(path);
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || (::fsync(folder.get()) != 0 && errno != EINVAL)) fail("flush the directory", directory);
}

}  // namespace seisgrad
