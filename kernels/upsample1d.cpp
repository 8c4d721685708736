#include "kernels/upsample1d.h"

#include <algorithm>

#include "kernels/parallel.h"
#include "kernels/upsample1d.simd.h"

namespace SEISGRAD::cpu {

constexpr int64_t task_samples = 1 << 14;  // samples of the short side for one task: some 200 KiB in and out, inside L2

void upsample1d(View<const real, 1> x, int64_t factor, View<real, 1> y) {
  const int64_t n = x.size();
  parallel_for((n + task_samples - 1) / task_samples, [&](int64_t task) {
    const int64_t begin = task * task_samples, end = std::min(begin + task_samples, n);
    if (factor == 2) return SIMD_BEST(twice_loop)(x.data + begin, y.data + 2 * begin, end - begin);
    for (int64_t i = begin; i < end; ++i) std::fill_n(y.data + i * factor, factor, x.data[i]);
  });
}

void upsample1d_backward(View<const real, 1> dy, int64_t factor, View<real, 1> dx) {
  const int64_t n = dx.size();
  parallel_for((n + task_samples - 1) / task_samples, [&](int64_t task) {
    for (int64_t i = task * task_samples; i < std::min((task + 1) * task_samples, n); ++i) {
      const real* copies = dy.data + i * factor;
      real sum = copies[0];
      for (int64_t k = 1; k < factor; ++k) sum += copies[k];
      dx.data[i] = sum;
    }
  });
}

}  // namespace SEISGRAD::cpu
