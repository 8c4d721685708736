#include "kernels/layer_norm.h"

#include "kernels/block_sum.cuh"

namespace SEISGRAD::gpu {
namespace {

// Sixteen lanes own a row, as the CPU sums sixteen virtual lanes: the same order, so the same bits. A whole warp would
// be half idle on EQTransformer's rows of 16.
constexpr int share = 16, rows_in_block = block / share;

Grid rows_grid(const int64_t (&extent)[3]) {
  return {.blocks = block_counts(ceil_div(extent[0] * extent[1], rows_in_block)), .threads = block};
}

// The row of this lane, which takes the values first, first + 16, ... < C; a row past the end has none, but its lanes
// take part in the shuffles.
struct Row {
  int64_t index, first, C;

  __device__ Row(const int64_t (&extent)[3])
      : index(int64_t{blockIdx.x} * rows_in_block + threadIdx.x / share), first(threadIdx.x % share), C(extent[2]) {
    if (index >= extent[0] * extent[1]) index = 0, first = C;
  }
  template <class F>
  __device__ void for_own(F body) const {
    for (int64_t c = first; c < C; c += share) body(index * C + c, c);
  }
  template <class F>
  __device__ double mean(F term) const {
    double sum = 0;
    for_own([&](int64_t i, int64_t c) { sum += term(i, c); });
    return over_lanes(sum, share) / static_cast<double>(C);
  }
};

struct RowStatistics {
  double mean, inverse;

  // Differences from the first value: the mean of equal values is then that value.
  __device__ RowStatistics(const Row& row, const real* x, double epsilon) {
    const double first = x[row.index * row.C];
    const double m = first + row.mean([&](int64_t i, int64_t) { return x[i] - first; });
    mean = m;
    inverse = 1 / sqrt(row.mean([&](int64_t i, int64_t) { return (x[i] - m) * (x[i] - m); }) + epsilon);
  }
};

__global__ void layer_norm_kernel(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta,
                                  double epsilon, View<real, 3> y) {
  const Row row(x.extent);
  const RowStatistics s(row, x.data, epsilon);
  row.for_own([&](int64_t i, int64_t c) {
    y.data[i] = static_cast<real>((x.data[i] - s.mean) * s.inverse * gamma(c) + beta(c));
  });
}

__global__ void layer_norm_backward_kernel(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma,
                                           double epsilon, View<real, 3> dx) {
  const Row row(x.extent);
  const RowStatistics s(row, x.data, epsilon);
  const auto of_dy = [&](int64_t i, int64_t c) { return double(dy.data[i]) * gamma(c); };
  const double g = row.mean(of_dy);
  const double gu = row.mean([&](int64_t i, int64_t c) { return of_dy(i, c) * (x.data[i] - s.mean); });
  const double slope = gu * s.inverse * s.inverse;
  row.for_own([&](int64_t i, int64_t c) {
    dx.data[i] = static_cast<real>((of_dy(i, c) - g - (x.data[i] - s.mean) * slope) * s.inverse);
  });
}

// statistics (2, rows): mean and 1 / deviation of each row
__global__ void statistics_kernel(View<const real, 3> x, double epsilon, View<double, 2> statistics) {
  const Row row(x.extent);
  const RowStatistics s(row, x.data, epsilon);
  if (row.first != 0) return;
  statistics(0, row.index) = s.mean;
  statistics(1, row.index) = s.inverse;
}

constexpr int columns = 16, column_rows = 128;

// A block owns 16 columns of 128 rows, a thread one column of every 16th row. parts(c, i): the sum of dy over the i-th
// 128 rows; parts(C + c, i): that of dy u. Rows are summed by many blocks, since the columns are few.
__global__ void columns_kernel(View<const real, 3> dy, View<const real, 3> x, View<const double, 2> statistics,
                               View<double, 2> parts) {
  SIMT_SHARED(sums, double[warps][2][columns]);
  const int64_t rows = x.extent[0] * x.extent[1], C = x.extent[2], chunk = blockIdx.x % parts.extent[1];
  const int column = static_cast<int>(threadIdx.x % columns), warp = static_cast<int>(threadIdx.x / lanes);
  const int64_t c = blockIdx.x / parts.extent[1] * columns + column, begin = chunk * column_rows;
  double sum = 0, product = 0;
  for (int64_t row = begin + threadIdx.x / columns; row < begin + column_rows; row += block / columns) {
    if (row >= rows || c >= C) break;
    const double d = dy.data[row * C + c];
    sum += d;
    product += d * ((x.data[row * C + c] - statistics(0, row)) * statistics(1, row));
  }
  sum += __shfl_xor_sync(0xffffffffu, sum, columns);  // the warp's other row
  product += __shfl_xor_sync(0xffffffffu, product, columns);
  sums[warp][threadIdx.x / columns % 2][column] = threadIdx.x / columns % 2 == 0 ? sum : product;
  __syncthreads();
  if (threadIdx.x >= 2 * columns || c >= C) return;
  const int64_t which = threadIdx.x / columns;
  double total = 0;
  for (int w = 0; w < warps; ++w) total += sums[w][which][column];
  parts(which * C + c, chunk) = total;
}

}  // namespace

void layer_norm(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta, real epsilon,
                View<real, 3> y) {
  launch(rows_grid(x.extent), layer_norm_kernel, x, gamma, beta, epsilon, y);
}

void layer_norm_backward(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma, real epsilon,
                         View<real, 3> dx) {
  launch(rows_grid(x.extent), layer_norm_backward_kernel, dy, x, gamma, epsilon, dx);
}

void layer_norm_backward_parameters(View<const real, 3> dy, View<const real, 3> x, real epsilon, View<real, 1> dgamma,
                                    View<real, 1> dbeta) {
  const int64_t rows = x.extent[0] * x.extent[1], C = x.extent[2];
  const Parts statistics({2, rows}), parts({2 * C, ceil_div(rows, column_rows)});
  launch(rows_grid(x.extent), statistics_kernel, x, epsilon, statistics);
  launch({.blocks = block_counts(ceil_div(C, columns) * ceil_div(rows, column_rows)), .threads = block}, columns_kernel,
         dy, x, statistics, parts);
  sum_parts(parts, dbeta, dgamma);
}

}  // namespace SEISGRAD::gpu
