#include "apps/experiment/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <stdexcept>
#include <thread>

#include "tensor/require.h"

namespace seisgrad {
namespace {

pid_t start(const std::string& program, const ProcessJob& job) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : job.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, job.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(joined("cannot start ", program, ": ", std::strerror(error)));
  return pid;
}

// Those that run; whatever happens, none outlives it.
struct Running {
  std::map<pid_t, size_t> jobs;

  ~Running() {
    terminate();
    for (const auto& entry : jobs)
      while (::waitpid(entry.first, nullptr, 0) < 0 && errno == EINTR) {}
  }
  void terminate() const {
    for (const auto& entry : jobs) ::kill(entry.first, SIGTERM);
  }
};

}  // namespace

void run_processes(const std::string& program, const std::vector<ProcessJob>& jobs, int at_once,
                   const std::function<void(size_t, int)>& ended, const std::function<bool()>& stop) {
  Running running;
  bool stopping = false;
  for (size_t next = 0; next < jobs.size() || !running.jobs.empty();) {
    if (!stopping && stop()) {
      stopping = true;
      running.terminate();
    }
    if (stopping && running.jobs.empty()) return;
    if (!stopping && next < jobs.size() && static_cast<int>(running.jobs.size()) < at_once) {
      running.jobs[start(program, jobs[next])] = next;
      ++next;
      continue;
    }
    bool one_ended = false;
    for (auto job = running.jobs.begin(); job != running.jobs.end() && !one_ended; ++job) {
      int status = 0;
      if (::waitpid(job->first, &status, WNOHANG) != job->first) continue;
      const size_t number = job->second;
      running.jobs.erase(job);
      ended(number, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
      one_ended = true;
      break;
    }
    if (!one_ended) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace seisgrad
