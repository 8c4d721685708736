// Child processes side by side, each until its end.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace seisgrad {

struct ProcessJob {
  std::vector<std::string> arguments;
  std::string log;  // file for what it writes to standard output and error; begins empty
};

// Starts PROGRAM for each job, at most `at_once` at a time, and calls `ended` with the job's number and exit status
// (128 + signal where one ended it) as each ends. Where `stop` says so, those that run get SIGTERM, no other is
// started, and the call returns when they have ended. Throws std::runtime_error where a process cannot be started; the
// others have ended then.
void run_processes(const std::string& program, const std::vector<ProcessJob>& jobs, int at_once,
                   const std::function<void(size_t job, int status)>& ended, const std::function<bool()>& stop);

}  // namespace seisgrad
