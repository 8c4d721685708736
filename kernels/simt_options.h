// simt::options: how the emulator schedules the next launches, and which barrier it leaves out. For tests.
#pragma once
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
  bool (*give_up)() = nullptr;  // asked before each block and at each wait; true ends the launch with an Error
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
