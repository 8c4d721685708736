// parallel_for: the one way work is spread over CPU threads.
//
// body(i) runs once for every i in 0..count-1, on any thread, in any order. What one i computes must not depend on
// the others, so results are the same for every number of threads. Chunks follow the problem, never the threads.
// Inside a body, parallel_for runs in place. The first exception of a body is thrown to the caller.
#pragma once
#include <cstdint>
#include <functional>

namespace seisgrad {

void parallel_for(int64_t count, const std::function<void(int64_t)>& body);

// Number of threads that parallel_for uses, the caller's included; at first that of the machine.
int thread_count();
// REQUIRES: count >= 1, no parallel_for is running. Where the machine refuses, std::system_error and no change.
void set_thread_count(int count);

}  // namespace seisgrad
