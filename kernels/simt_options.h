// simt::options: how the emulator schedules the next launches, which barrier it leaves out, what else goes wrong. For
// tests.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace seisgrad::simt {

// A __syncthreads or __syncwarp in the source.
struct Site {
  std::string file;  // as the compiler saw it; in Options::skip any suffix of that, "conv1d.cu"
  unsigned line = 0;
  unsigned column = 0;  // tells barriers on one line apart; in Options::skip 0 means all of them
};

struct Options {
  uint64_t seed = 0;  // 0: blocks and threads in the order of their numbers; other seeds: each its own random order
  Site skip{};        // the barrier that does nothing; none where line is 0
  bool (*give_up)() = nullptr;  // asked before each thread, wait and copy; true ends the launch with an Error

  // Done when somebody waits for it, not before; else at once. What lacks a wait goes wrong under one of the two.
  bool late_kernels = false, late_copies = true;
  size_t memory = SIZE_MAX;          // bytes that the device has
  int64_t launches_until_lost = -1;  // counts down; at 0 the device is lost for good
};

// Read at each launch; change it only while no kernel runs.
inline Options options;

// Every barrier that a launch has executed (or skipped) since the start or the last forget_barrier_sites(), sorted.
std::vector<Site> barrier_sites();
void forget_barrier_sites();

// What a kernel did wrong: stuck or divergent barriers, bad masks, too much shared memory. launch() throws it.
struct Error : std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace seisgrad::simt
