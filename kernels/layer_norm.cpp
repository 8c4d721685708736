#include "kernels/layer_norm.h"

#include <algorithm>
#include <vector>

#include "kernels/layer_norm.simd.h"
#include "kernels/parallel.h"

namespace SEISGRAD::cpu {
namespace {

// Calls body(chunk, first row, rows) for chunks of the N*T rows that depend on the shape alone.
struct RowChunks {
  int64_t rows, C, per_chunk, count;

  explicit RowChunks(View<const real, 3> x)
      : rows(x.extent[0] * x.extent[1]),
        C(x.extent[2]),
        per_chunk(std::max<int64_t>(1, (1 << 14) / C)),  // 16 Ki values: a fraction of a millisecond
        count((rows + per_chunk - 1) / per_chunk) {}

  void for_rows(const std::function<void(int64_t chunk, int64_t row)>& body) const {
    parallel_for(count, [&](int64_t i) {
      for (int64_t row = i * per_chunk; row < std::min(rows, (i + 1) * per_chunk); ++row) body(i, row);
    });
  }
};

}  // namespace

void layer_norm(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta, real epsilon,
                View<real, 3> y) {
  const int64_t C = x.extent[2];
  LayerNormRow* const loop = SIMD_BEST(layer_norm_row);
  RowChunks(x).for_rows(
      [&](int64_t, int64_t row) { loop(x.data + row * C, gamma.data, beta.data, epsilon, y.data + row * C, C); });
}

void layer_norm_backward(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma, real epsilon,
                         View<real, 3> dx) {
  const int64_t C = x.extent[2];
  LayerNormBackwardRow* const loop = SIMD_BEST(layer_norm_backward_row);
  RowChunks(x).for_rows([&](int64_t, int64_t row) {
    loop(dy.data + row * C, x.data + row * C, gamma.data, epsilon, dx.data + row * C, C);
  });
}

void layer_norm_backward_parameters(View<const real, 3> dy, View<const real, 3> x, real epsilon, View<real, 1> dgamma,
                                    View<real, 1> dbeta) {
  const RowChunks chunks(x);
  const int64_t C = chunks.C;
  std::vector<double> sums(static_cast<size_t>(chunks.count * 2 * C));  // of each chunk: dbeta, dgamma
  LayerNormParameterRow* const loop = SIMD_BEST(layer_norm_parameter_row);
  chunks.for_rows([&](int64_t chunk, int64_t row) {
    loop(dy.data + row * C, x.data + row * C, epsilon, sums.data() + chunk * 2 * C, C);
  });
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, sum_u = 0;
    for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
      sum += sums[chunk * 2 * C + c];
      sum_u += sums[chunk * 2 * C + C + c];
    }
    dbeta(c) = static_cast<real>(sum);
    dgamma(c) = static_cast<real>(sum_u);
  }
}

}  // namespace SEISGRAD::cpu
