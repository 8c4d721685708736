#include "kernels/simt_emulator_fiber.h"

#include <sys/mman.h>

#include <memory>
#include <new>
#include <utility>

namespace seisgrad::simt {
namespace {

namespace context = boost::context;

constexpr size_t guard_bytes = 4096, stack_bytes = 256 * 1024;

// Hands a stack we own to Boost, which must not free it.
struct Borrowed {
  std::byte* top;
  size_t bytes;
  context::stack_context allocate() const {
    context::stack_context stack;
    stack.sp = top;
    stack.size = bytes;
    return stack;
  }
  void deallocate(context::stack_context&) const {}
};

}  // namespace

Fiber::Fiber() {
#ifdef SIMT_TSAN
  tsan_ = __tsan_get_current_fiber();
#endif
}

// Page-aligned stacks share their L1 cache sets and make a barrier two to three times slower; 61 colours of three
// cache lines spread them. The guard page turns a stack overflow into a fault instead of a silent error.
Fiber::Fiber(size_t number, void (*body)(void*), void* argument) : body_(body), argument_(argument) {
  const size_t colour = number % 61 * 192;
  void* memory = mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory, guard_bytes, PROT_NONE);
  stack_ = static_cast<std::byte*>(memory);
#ifdef SIMT_ASAN
  bottom_ = stack_ + guard_bytes;
  bytes_ = stack_bytes;
#endif
#ifdef SIMT_TSAN
  tsan_ = __tsan_create_fiber(0);
#endif
  const Borrowed stack{stack_ + guard_bytes + stack_bytes - colour, stack_bytes - colour};
  context_ = context::fiber(std::allocator_arg, stack, [this](context::fiber&& from) {
    arrive(std::move(from));
    body_(argument_);
    leave_for(*from_, true);
    return std::move(from_->context_);
  });
}

Fiber::~Fiber() {
  if (!stack_) return;
#ifdef SIMT_TSAN
  __tsan_destroy_fiber(tsan_);
#endif
  sanitizer::allow(stack_, guard_bytes + stack_bytes);
  munmap(stack_, guard_bytes + stack_bytes);
}

void Fiber::switch_to(Fiber& next) {
  leave_for(next, false);
  arrive(std::move(next.context_).resume());
}

void Fiber::leave_for(Fiber& next, [[maybe_unused]] bool forever) {
  next.from_ = this;
#ifdef SIMT_ASAN
  __sanitizer_start_switch_fiber(forever ? nullptr : &fake_stack_, next.bottom_, next.bytes_);
#endif
#ifdef SIMT_TSAN
  __tsan_switch_to_fiber(next.tsan_, __tsan_switch_to_fiber_no_sync);
#endif
}

void Fiber::arrive(context::fiber&& from) {
#ifdef SIMT_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, &from_->bottom_, &from_->bytes_);
#endif
  from_->context_ = std::move(from);
}

}  // namespace seisgrad::simt
