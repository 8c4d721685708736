// A child process that reads for us what may crash or hang.
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace seisgrad {

// Starts `program` and returns what it writes to its standard output, `most_bytes` at the most. Throws
// std::runtime_error with the first line of its standard error, or what ended it: a signal, the time limit. The child
// never outlives this call.
std::string output_of_child(const std::string& program, const std::vector<std::string>& arguments,
                            std::chrono::seconds wall_limit, size_t most_bytes);

// Called by the child itself: memory, processor seconds, no core file, no new privileges, death with the parent.
void limit_this_process(size_t memory_bytes, unsigned cpu_seconds);

}  // namespace seisgrad
