#include "data/reader.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "data/sac.h"
#include "tensor/require.h"

namespace seisgrad {

namespace fs = std::filesystem;

namespace {

// Follows links to folders, each folder once: a link back to a folder above must not be walked for ever.
void add_folder(const fs::path& folder, std::vector<std::string>& files) {
  std::error_code error, ignored;
  std::vector<std::string> found;
  std::set<fs::path> walked{fs::canonical(folder, ignored)};
  fs::recursive_directory_iterator walk(folder, fs::directory_options::follow_directory_symlink, error), end;
  for (; !error && walk != end; walk.increment(error)) {
    if (walk->is_directory(ignored)) {
      if (!walked.insert(fs::canonical(walk->path(), ignored)).second) walk.disable_recursion_pending();
    } else if (walk->is_regular_file(ignored)) {
      found.push_back(walk->path().string());
    }
  }
  require(!error, "input: cannot walk the folder ", folder.string(), ": ", error.message());
  require(!found.empty(), "input: no file below the folder ", folder.string());
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

std::vector<std::string> matches_of(const std::string& pattern) {
  glob_t result{};
  std::vector<std::string> found;
  if (::glob(pattern.c_str(), GLOB_TILDE, nullptr, &result) == 0)
    found.assign(result.gl_pathv, result.gl_pathv + result.gl_pathc);
  ::globfree(&result);
  return found;
}

}  // namespace

std::vector<std::string> find_files(const std::vector<std::string>& inputs) {
  std::vector<std::string> files;
  for (const std::string& input : inputs) {
    std::error_code error;
    const std::vector<std::string> named = fs::exists(input, error) ? std::vector{input} : matches_of(input);
    require(!named.empty(), "input: no file, folder or pattern match: ", input);
    for (const std::string& name : named) {
      if (fs::is_directory(name, error)) add_folder(name, files);
      else files.push_back(name);
    }
  }
  std::set<std::string> seen;
  std::erase_if(files, [&](const std::string& file) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    return !seen.insert(error ? file : real.string()).second;
  });
  return files;
}

void read_file(const std::string& path, const PieceFilter& filter, const PieceSink& sink, ReadReport& report) {
  ++report.files;
  const auto accounted = [&] { return report.bytes_used + report.bytes_without_samples + report.bytes_rejected; };
  try {
    FileWindow file(path);
    report.bytes += file.size();
    const std::int64_t used_before = report.records_used;
    if (file.size() == 0) return report.reject(path, 0, 0, "empty file");
    if (looks_like_miniseed3(file)) return report.reject(path, 0, file.size(), "miniSEED 3 is not supported");
    if (looks_like_sac(file)) return read_sac(file, filter, sink, report);
    if (!looks_like_miniseed(file)) return report.reject(path, 0, file.size(), "neither miniSEED 2 nor SAC");
    read_miniseed(file, filter, sink, report);
    if (report.records_used == used_before) report.warn(path, 0, file.size(), "no record with samples");
  } catch (const std::runtime_error& failure) { report.reject(path, 0, report.bytes - accounted(), failure.what()); }
}

void read_waveforms(const std::vector<std::string>& inputs, const PieceSink& sink, ReadReport& report) {
  for (const std::string& path : find_files(inputs)) read_file(path, {}, sink, report);
}

}  // namespace seisgrad
