// Ctrl-C and `kill` as a question the work asks itself, so that what is done can be written before the program ends.
#pragma once
#include <stdexcept>

namespace seisgrad {

// Thrown by work that stops for it; the program then ends with 130.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Catches SIGINT and SIGTERM while it lives; a second one ends the program at once. At most one at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool interrupted() const;
};

}  // namespace seisgrad
