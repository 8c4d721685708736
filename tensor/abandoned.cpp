#include "tensor/abandoned.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <set>

#include "tensor/require.h"

namespace seisgrad {
namespace {

bool is_partial(const std::string& name) {
  return ::fnmatch("?*.partial-[0-9]*-[0-9]*", name.c_str(), 0) == 0 &&
         name.find_first_not_of("0123456789-", name.rfind(".partial-") + 9) == name.npos;
}

// Under the lock, so that no other process takes the same one for its own meanwhile.
void remove_if_abandoned(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  std::error_code ignored;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) std::filesystem::remove_all(path, ignored);
  ::close(fd);
}

}  // namespace

std::string partial_name(const std::string& path) {
  static std::atomic<unsigned> number{0};
  return joined(path, ".partial-", ::getpid(), "-", number++);
}

bool lock_partial(int fd) {
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  struct stat state;
  return ::fstat(fd, &state) != 0 || state.st_nlink > 0;
}

void remove_abandoned(const std::string& folder) {
  namespace fs = std::filesystem;
  static std::mutex mutex;
  static std::set<std::string> seen;
  std::error_code none;
  const fs::path whole = fs::canonical(folder, none);
  {
    const std::lock_guard lock(mutex);
    if (none || !seen.insert(whole.string()).second) return;
  }
  for (fs::directory_iterator entry(whole, none), end; !none && entry != end; entry.increment(none))
    if (is_partial(entry->path().filename().string())) remove_if_abandoned(entry->path());
}

}  // namespace seisgrad
