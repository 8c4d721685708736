// The reference over threads: a task is a window.
#include "kernels/normalise_windows.h"

#include "kernels/parallel.h"

namespace SEISGRAD::cpu {

void normalise_windows(View<const real, 3> x, WindowOptions options, View<real, 3> y) {
  const int64_t C = x.extent[1], L = x.extent[2];
  parallel_for(x.extent[0], [&](int64_t n) {
    const int64_t at = n * C * L;
    reference::normalise_windows<real>({x.data + at, {1, C, L}}, options, {y.data + at, {1, C, L}});
  });
}

}  // namespace SEISGRAD::cpu
