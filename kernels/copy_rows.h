// copy_rows: the one loop of pad, crop and concat on the CPU. Row r of `length` values goes from `from + r from_stride`
// to `to + r to_stride`.
#pragma once
#include <algorithm>
#include <cstring>

#include "kernels/parallel.h"
#include "kernels/real.h"

namespace SEISGRAD::cpu {

// Tasks of whole rows, some 128 KiB each: far more than what starting a task costs.
inline void copy_rows(const real* from, int64_t from_stride, real* to, int64_t to_stride, int64_t length,
                      int64_t rows) {
  const int64_t rows_a_task = std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, length));
  parallel_for((rows + rows_a_task - 1) / rows_a_task, [&](int64_t task) {
    const int64_t end = std::min((task + 1) * rows_a_task, rows);
    for (int64_t r = task * rows_a_task; r < end; ++r)
      std::memcpy(to + r * to_stride, from + r * from_stride, static_cast<size_t>(length) * sizeof(real));
  });
}

}  // namespace SEISGRAD::cpu
