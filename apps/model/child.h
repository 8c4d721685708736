// A child process that reads for us what may crash or hang.
#pragma once
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace seisgrad {

// What ended a child that did not say what is wrong: a signal, or a time limit.
struct ChildDied : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Starts `program` and returns what it writes to its standard output, `most_bytes` at the most. Throws
// std::runtime_error with the first line of its standard error, or ChildDied. The child never outlives this call.
std::string output_of_child(const std::string& program, const std::vector<std::string>& arguments,
                            std::chrono::seconds wall_limit, size_t most_bytes);

// The same for output of any length: `take` is given it as it comes, and may throw. The limit is on silence.
void stream_from_child(const std::string& program, const std::vector<std::string>& arguments,
                       std::chrono::seconds longest_silence, const std::function<void(std::string_view)>& take);

// Called by the child itself: memory, processor seconds, no core file, no new privileges, death with the parent.
void limit_this_process(size_t memory_bytes, unsigned cpu_seconds);

}  // namespace seisgrad
