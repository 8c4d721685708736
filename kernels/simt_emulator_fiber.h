// Fiber: a stack that can be left in the middle of a function and returned to. Boost.Context does the switching, in a
// few nanoseconds; this class owns the stack and keeps the sanitizers informed.
#pragma once
#include <boost/context/fiber.hpp>
#include <cstddef>

#include "kernels/simt_emulator_sanitizers.h"

namespace seisgrad::simt {

class Fiber {
 public:
  // The host thread's own stack.
  Fiber();

  // A new stack, on which body(argument) begins at the first switch_to. When body returns, the fiber that last
  // switched here goes on. `number` spreads the stacks over the cache.
  Fiber(size_t number, void (*body)(void*), void* argument);

  // REQUIRES: body has returned or never begun.
  ~Fiber();

  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Leaves this fiber, which is the running one, for `next`. Returns when some fiber switches back to this one.
  void switch_to(Fiber& next);

 private:
  void leave_for(Fiber& next, bool forever);
  void arrive(boost::context::fiber&& from);

  boost::context::fiber context_;  // where to go on, while the fiber is left
  Fiber* from_ = nullptr;          // who switched here last
  void (*body_)(void*) = nullptr;
  void* argument_ = nullptr;
  std::byte* stack_ = nullptr;  // with its guard page; null for the host thread
#ifdef SIMT_ASAN
  const void* bottom_ = nullptr;
  size_t bytes_ = 0;
  void* fake_stack_ = nullptr;
#endif
#ifdef SIMT_TSAN
  void* tsan_ = nullptr;
#endif
};

}  // namespace seisgrad::simt
