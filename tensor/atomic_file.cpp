#include "tensor/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "tensor/abandoned.h"
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

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

void flush_directory(const std::string& directory) {
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool flushed = folder >= 0 && (::fsync(folder) == 0 || errno == EINVAL);
  const int reason = errno;
  if (folder >= 0) ::close(folder);
  errno = reason;
  if (!flushed) fail("flush the directory", directory);
}

}  // namespace

PartialFile::PartialFile(const std::string& path) : path_(path) {
  struct stat old;  // a device, pipe or link would be gone after the renaming, and nothing be written to it
  if (::lstat(path.c_str(), &old) == 0 && !S_ISREG(old.st_mode))
    throw std::runtime_error("cannot replace " + path + ": it is no regular file; choose another name");
  remove_abandoned(directory_of(path));
  for (fd_ = -1; fd_ < 0;) {
    temporary_ = partial_name(path);
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) fail("create", temporary_);
    if (fd_ >= 0 && !lock_partial(fd_)) ::close(fd_), fd_ = -1;
  }
}

PartialFile::~PartialFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void PartialFile::append(std::string_view bytes) {
  write_all(fd_, bytes, temporary_);
  size_ += bytes.size();
}

void PartialFile::overwrite_begin(std::string_view bytes) {
  require(bytes.size() <= size_, "overwrite_begin: ", bytes.size(), " bytes of a file of ", size_);
  if (::pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) fail("write", temporary_);
}

void PartialFile::commit() {
  if (::fsync(fd_) != 0) fail("flush", temporary_);
  // before it is closed: without its lock it would be abandoned
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("write", path_);
  temporary_.clear();
  flush_directory(directory_of(path_));
}

void replace_file(const std::string& path, std::string_view bytes) {
  PartialFile file(path);
  file.append(bytes);
  file.commit();
}

}  // namespace seisgrad
