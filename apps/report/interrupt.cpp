#include "apps/report/interrupt.h"

#include <csignal>

namespace seisgrad {
namespace {

volatile std::sig_atomic_t caught = 0;

void remember(int signal) {
  caught = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  caught = 0;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() const { return caught != 0; }

}  // namespace seisgrad
