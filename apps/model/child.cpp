#include "apps/model/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "kernels/sanitizers.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(joined("cannot make a pipe: ", std::strerror(errno)));
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

// Killed and waited for, whatever happens.
class Child {
 public:
  Child(const std::string& program, const std::vector<std::string>& arguments, Pipe& out, Pipe& err) {
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
    const int error = posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error(joined("cannot start ", program, ": ", std::strerror(error)));
    Pipe::close_end(out.write_end);
    Pipe::close_end(err.write_end);
  }
  ~Child() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
};

// Gives what there is to `take`; false at the end.
bool read_some(int fd, const std::function<void(std::string_view)>& take) {
  char buffer[1 << 16];
  const ssize_t n = ::read(fd, buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  take({buffer, static_cast<size_t>(n)});
  return true;
}

// Until both are closed. `deadline` is asked each time there is nothing to read.
void drain(Pipe& out, Pipe& err, const std::function<void(std::string_view)>& take, std::string& errors,
           const std::function<Clock::time_point()>& deadline) {
  const auto remember = [&](std::string_view text) {
    if (errors.size() < (1 << 20)) errors += text;
  };
  while (out.read_end >= 0 || err.read_end >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline() - Clock::now()).count();
    if (left <= 0) throw ChildDied("took too long and was stopped; the file is damaged or hostile");
    pollfd polled[] = {{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}};
    ::poll(polled, 2, static_cast<int>(left));
    if (polled[0].revents != 0 && !read_some(out.read_end, take)) Pipe::close_end(out.read_end);
    if (polled[1].revents != 0 && !read_some(err.read_end, remember)) Pipe::close_end(err.read_end);
  }
}

void run(const std::string& program, const std::vector<std::string>& arguments,
         const std::function<void(std::string_view)>& take, const std::function<Clock::time_point()>& deadline) {
  Pipe out, err;
  Child child(program, arguments, out, err);
  std::string errors;
  drain(out, err, take, errors, deadline);
  const int status = child.wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    throw ChildDied("took too much processor time and was stopped; the file is damaged or hostile");
  if (WIFSIGNALED(status))
    throw ChildDied(joined("libhdf5 crashed (", ::strsignal(WTERMSIG(status)), "); the file is damaged or hostile"));
  const std::string line = errors.substr(0, errors.find('\n'));
  throw std::runtime_error(line.empty() ? joined("the reading process ended with status ", WEXITSTATUS(status)) : line);
}

}  // namespace

std::string output_of_child(const std::string& program, const std::vector<std::string>& arguments,
                            std::chrono::seconds wall_limit, size_t most_bytes) {
  std::string output;
  const auto take = [&](std::string_view bytes) {
    output += bytes;
    if (output.size() > most_bytes) throw std::runtime_error("gave more data than such a file can hold");
  };
  const Clock::time_point deadline = Clock::now() + wall_limit;
  run(program, arguments, take, [&] { return deadline; });
  return output;
}

void stream_from_child(const std::string& program, const std::vector<std::string>& arguments,
                       std::chrono::seconds longest_silence, const std::function<void(std::string_view)>& take) {
  Clock::time_point heard = Clock::now();
  const auto hear = [&](std::string_view bytes) {
    take(bytes);
    heard = Clock::now();
  };
  run(program, arguments, hear, [&] { return heard + longest_silence; });
}

void limit_this_process(size_t memory_bytes, unsigned cpu_seconds) {
  const auto set = [](auto resource, rlim_t value) {
    const rlimit limit{value, value};
    if (::setrlimit(resource, &limit) != 0) throw std::runtime_error("cannot limit this process");
  };
  if (!address_sanitizer && !thread_sanitizer) set(RLIMIT_AS, memory_bytes);  // they reserve terabytes of addresses
  set(RLIMIT_CPU, cpu_seconds);
  set(RLIMIT_CORE, 0);
  set(RLIMIT_FSIZE, 0);  // it writes to a pipe alone
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

}  // namespace seisgrad
