#include "apps/report/interrupt.h"

#include <atomic>
#include <csignal>

namespace seisgrad {
namespace {

std::atomic<bool> caught = false;  // the handler may run on any thread
static_assert(std::atomic<bool>::is_always_lock_free);

void remember(int signal) {
  caught = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  caught = false;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() const { return caught; }

}  // namespace seisgrad
