// Scratch: a thread's working memory. It only grows, so that a kernel called a thousand times allocates once. Each use
// is a thread_local of its own, for .cpp files only:   thread_local Scratch rows;   real* p = rows.get(n);
#pragma once
#include <cstdint>
#include <memory>
#include <new>

#include "kernels/real.h"

namespace SEISGRAD {

class Scratch {
 public:
  // count values, unspecified, at a multiple of 64 bytes (a cache line, an AVX-512 vector); valid until the next call.
  real* get(int64_t count) {
    if (count > size_) {
      memory_.reset();
      size_ = 0;
      memory_.reset(static_cast<real*>(::operator new(static_cast<size_t>(count) * sizeof(real), alignment)));
      size_ = count;
    }
    return memory_.get();
  }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Release {
    void operator()(real* p) const { ::operator delete(p, alignment); }
  };
  std::unique_ptr<real, Release> memory_;
  int64_t size_ = 0;
};

}  // namespace SEISGRAD
