// dropout: y[e,l] = x[e,l] keep(e) / (1 - p), where keep(e) is 0 with probability p, else 1
//
//   x, y (E,L)
//
// A whole row e shares its fate: dropout of single values is L = 1, spatial dropout takes a channel as a row. keep(e)
// is random_word(key, e) >= floor(2^32 p): an integer comparison, so float, double and every device drop the same. The
// gradient is the same function of dy. A dropped NaN or infinity stays NaN (0 times it).
//
// A kernel's arguments stay in a recording (kernels/device.h) what they were: a step number that shall change from one
// replay to the next stands in memory.
#pragma once
#include "kernels/philox.h"
#include "kernels/view.h"

namespace SEISGRAD {

struct Dropout {
  double p;
  RandomKey key;
  const int32_t* counter = nullptr;  // on x's device, or null: is added to key.step when the kernel runs

  HOST_DEVICE RandomKey key_now() const {
    RandomKey now = key;
    if (counter) now.step += static_cast<uint32_t>(*counter);
    return now;
  }
  HOST_DEVICE uint32_t threshold() const { return static_cast<uint32_t>(p * 4294967296.0); }
};

// REQUIRES: equal shapes, 0 <= p < 1. Overwrites y.
template <class T>
using DropoutOf = void(View<const T, 2> x, Dropout how, View<T, 2> y);
using DropoutKernel = DropoutOf<real>;

namespace reference {
template <class T>
void dropout(View<const T, 2> x, Dropout how, View<T, 2> y);
}  // namespace reference

namespace cpu {
DropoutKernel dropout;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern DropoutKernel dropout;
}  // namespace gpu

}  // namespace SEISGRAD
