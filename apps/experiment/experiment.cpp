#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "apps/experiment/reports.h"
#include "apps/experiment/sweep.h"
#include "apps/report/folder.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw std::runtime_error(path + ": cannot be read; give the path of a configuration");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Held while runs are made: two programs in one folder would train the same and overwrite each other's rows.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : fd_(::open((folder + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw std::runtime_error(folder + "/lock: cannot be written; choose another folder with --work");
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(fd_);
    throw std::runtime_error(folder + ": another experiment is at work there; wait for it, or choose another --work");
  }
  ~FolderLock() { ::close(fd_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace

int experiment(const ExperimentOptions& options) {
  ExperimentConfig config = read_experiment_config(options.config.empty() ? "" : contents(options.config));
  if (options.rounds > 0) config.rounds = options.rounds;
  if (options.print_config) {
    std::printf("%s\n", to_json(config, 2).c_str());
    return 0;
  }
  Sweep sweep(options, config);
  const std::vector<Point> points = points_of(config, options.sweep);
  if (options.dry_run) {
    sweep.print_plan(points);
    return 0;
  }
  require(!options.report || sweep.missing(points).size() < points.size(), options.out,
          "/runs.csv has no run of this sweep; leave out --report to make them");
  int status = 0;
  std::exception_ptr failure;
  if (!options.report) {
    make_folder(options.out);
    make_folder(sweep.work());
    const FolderLock lock(sweep.work());
    try {
      status = sweep.run(points) ? 0 : 130;
    } catch (const std::runtime_error&) { failure = std::current_exception(); }
  }
  write_reports(sweep, options.sweep);  // of what is done, whatever failed
  if (failure) std::rethrow_exception(failure);
  if (!options.quiet)
    std::fprintf(stderr, "%s%zu of %zu runs are done: %s\n",
                 status == 130 ? "interrupted, the same command goes on; " : "",
                 points.size() - sweep.missing(points).size(), points.size(), options.out.c_str());
  return status;
}

}  // namespace seisgrad
