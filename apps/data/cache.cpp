#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "apps/data/pack.h"
#include "apps/report/interrupt.h"
#include "tensor/abandoned.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;

std::string cache_folder(const CacheOptions& options) {
  if (!options.cache.empty()) return options.cache;
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string own = set("SEISGRAD_CACHE"); !own.empty()) return own;
  if (const std::string xdg = set("XDG_CACHE_HOME"); !xdg.empty()) return xdg + "/seisgrad";
  const std::string home = set("HOME");
  require(!home.empty(),
          "no HOME to cache packed data sets in; set SEISGRAD_CACHE to a folder, or use seisgrad data pack");
  return home + "/.cache/seisgrad";
}

// Of the beginning and the end: a file that was replaced within the clock's grain differs there.
std::uint32_t checksum_of_ends(const std::string& path) {
  constexpr std::streamoff most = 1 << 20;
  std::ifstream file(path, std::ios::binary);
  std::string begin(most, '\0'), end(most, '\0');
  file.read(begin.data(), most);
  begin.resize(static_cast<std::size_t>(file.gcount()));
  file.clear();
  file.seekg(0, std::ios::end);
  file.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(file.tellg()) - most));
  file.read(end.data(), most);
  end.resize(static_cast<std::size_t>(file.gcount()));
  return crc32c(end, crc32c(begin));
}

// What makes a packing of these files useless when it changes.
std::string state_of(const std::vector<DataFiles>& data) {
  std::string state = "packed 2\n";  // raised when the same files would give other traces
  for (const DataFiles& files : data)
    for (const std::string& path : {files.waveforms, files.table})
      if (!path.empty())
        state += joined(fs::absolute(path).lexically_normal().string(), " ", fs::file_size(path), " ",
                        fs::last_write_time(path).time_since_epoch().count(), " ", checksum_of_ends(path), "\n");
  return state;
}

std::string name_of(const std::string& path, const std::string& state) {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const char c : state) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  fs::path plain = fs::absolute(path).lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();
  return plain.stem().string() + "-" + text;
}

// A new folder in the making (tensor/abandoned.h), locked while this lives.
struct LockedFolder {
  fs::path path;
  int fd = -1;

  explicit LockedFolder(const std::string& goal) {
    while (fd < 0) {
      path = partial_name(goal);
      std::error_code error;
      if (!fs::create_directories(path, error) && !error) continue;
      fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0 && (error || errno != ENOENT))  // ENOENT: taken for abandoned before it was locked
        throw std::runtime_error(joined("cannot make the folder ", path.string(), ": ",
                                        error ? error.message() : std::strerror(errno),
                                        "; set SEISGRAD_CACHE to another one, or use seisgrad data pack"));
      if (fd >= 0 && !lock_partial(fd)) ::close(fd), fd = -1;
    }
  }
  ~LockedFolder() { ::close(fd); }
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;
};

}  // namespace

PackedDataset packed_for_training(const std::string& path, const CacheOptions& options) {
  if (is_packed(path)) return PackedDataset(path);
  const fs::path cached = fs::path(cache_folder(options)) / name_of(path, state_of(data_files(path)));
  if (is_packed(cached.string())) return PackedDataset(cached.string());

  // packed beside and renamed, so that two that pack at once do not meet
  remove_abandoned(cached.parent_path().string());
  const LockedFolder locked(cached.string());
  const fs::path& partial = locked.path;
  const InterruptGuard guard;
  try {
    const PackResult result =
        pack({.inputs = {path}, .out = partial.string(), .quiet = options.quiet, .child = options.child},
             [&] { return guard.interrupted(); });
    if (!result.rejected.empty())
      std::fprintf(stderr, "seisgrad: %s: %zu traces cannot be used, listed in %s/rejected.csv\n", path.c_str(),
                   result.rejected.size(), cached.c_str());
    std::error_code error;
    fs::rename(partial, cached, error);
    if (error && !is_packed(cached.string()))
      throw std::runtime_error(
          joined("cannot rename ", partial.string(), " to ", cached.string(), ": ", error.message()));
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    throw;
  }
  std::error_code ignored;
  fs::remove_all(partial, ignored);
  return PackedDataset(cached.string());
}

}  // namespace seisgrad
