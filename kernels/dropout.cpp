#include "kernels/dropout.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace SEISGRAD::cpu {

// Four rows at a time, one block of random words.
void dropout(View<const real, 2> x, Dropout how, View<real, 2> y) {
  const int64_t E = x.extent[0], L = x.extent[1];
  const int64_t rows_a_task = 4 * std::max<int64_t>(1, (1 << 12) / std::max<int64_t>(1, L));
  const RandomKey key = how.key_now();
  const uint32_t threshold = how.threshold();
  const real scale = static_cast<real>(1 / (1 - how.p));
  parallel_for((E + rows_a_task - 1) / rows_a_task, [&](int64_t task) {
    const int64_t end = std::min((task + 1) * rows_a_task, E);
    for (int64_t e = task * rows_a_task; e < end; e += 4) {
      const PhiloxBlock random = random_words(key, static_cast<uint64_t>(e / 4));
      for (int64_t row = e; row < std::min(e + 4, end); ++row) {
        const real factor = random.word[row - e] >= threshold ? scale : 0;
        for (int64_t i = row * L; i < (row + 1) * L; ++i) y.data[i] = x.data[i] * factor;
      }
    }
  });
}

}  // namespace SEISGRAD::cpu
