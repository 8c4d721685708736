#include "kernels/batch_norm.h"

#include "kernels/block_sum.cuh"

namespace SEISGRAD::gpu {
namespace {

// A block owns 2048 of the N L values of a channel, a thread every 256th of those: what a thread computes for its
// channel (a root, a division) then serves eight values, and blocks are many however few the channels.
constexpr int each = 8;
constexpr int64_t chunk = each * block;

int64_t chunks_of(const int64_t (&extent)[3]) { return ceil_div(extent[0] * extent[2], chunk); }
Grid block_a_chunk(const int64_t (&extent)[3]) {
  return {.blocks = block_counts(chunks_of(extent) * extent[1]), .threads = block};
}

struct Chunk {
  int64_t channel, index, size;

  __device__ Chunk(const int64_t (&extent)[3]) : channel(blockIdx.x % extent[1]), index(blockIdx.x / extent[1]) {
    const int64_t rest = extent[0] * extent[2] - index * chunk;
    size = rest < chunk ? rest : chunk;
  }
  // body(i, place) for the i-th value of this thread. Rows of a channel are C L apart; divisions are slow, so they are
  // left out of the loop.
  template <class F>
  __device__ void for_own(const int64_t (&extent)[3], F body) const {
    const int64_t C = extent[1], L = extent[2], first = index * chunk + threadIdx.x;
    if (threadIdx.x >= size) return;
    const int64_t rows = block / L, rest = block % L;
    int64_t l = first % L, place = (first / L * C + channel) * L + l;
#pragma unroll
    for (int i = 0; i < each; ++i) {
      if (threadIdx.x + i * block >= size) return;
      body(i, place);
      l += rest, place += rows * C * L + rest;
      if (l >= L) l -= L, place += (C - 1) * L;
    }
  }
};

__device__ double inverse_deviation(real var, real epsilon) { return 1 / sqrt(double(var) + double(epsilon)); }

// parts(c, i): the sum of chunk i; parts(C + c, i): that of the squares of what differs from the chunk's mean. The
// values stay in registers between the two, so x is read once.
__global__ void statistics_kernel(View<const real, 3> x, View<double, 2> parts) {
  SIMT_SHARED(sums, double[warps]);
  SIMT_SHARED(squares, double[warps]);
  const Chunk mine(x.extent);
  real v[each];
  double sum = 0, square = 0;
  mine.for_own(x.extent, [&](int i, int64_t place) { sum += v[i] = x.data[place]; });
  sum = over_block(sum, sums);
  const double mean = sum / static_cast<double>(mine.size);
#pragma unroll
  for (int i = 0; i < each; ++i)
    if (threadIdx.x + i * block < mine.size) square += (v[i] - mean) * (v[i] - mean);
  square = over_block(square, squares);
  if (threadIdx.x != 0) return;
  parts(mine.channel, mine.index) = sum;
  parts(x.extent[1] + mine.channel, mine.index) = square;
}

// A warp owns a channel. The squares about the common mean are those about each chunk's and, for the chunk as a whole,
// those of its mean (Chan, Golub and LeVeque 1983).
__global__ void join_statistics_kernel(View<const double, 2> parts, int64_t M, View<real, 1> mean, View<real, 1> var) {
  const int64_t c = blockIdx.x, C = mean.extent[0], chunks = parts.extent[1];
  double sum = 0, squares = 0;
  for (int64_t i = threadIdx.x; i < chunks; i += lanes) sum += parts(c, i);
  const double m = over_lanes(sum) / static_cast<double>(M);
  for (int64_t i = threadIdx.x; i < chunks; i += lanes) {
    const double size = static_cast<double>(i + 1 < chunks ? chunk : M - i * chunk), shift = parts(c, i) / size - m;
    squares += parts(C + c, i) + size * shift * shift;
  }
  squares = over_lanes(squares);
  if (threadIdx.x != 0) return;
  mean(c) = static_cast<real>(m);
  var(c) = static_cast<real>(squares / static_cast<double>(M));
}

// y = (x - mean) gamma / deviation + beta; without mean and beta, the gradient in evaluation.
__global__ void normalise_kernel(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta,
                                 View<const real, 1> mean, View<const real, 1> var, real epsilon, View<real, 3> y) {
  const Chunk mine(x.extent);
  const int64_t c = mine.channel;
  const real scale = static_cast<real>(gamma(c) * inverse_deviation(var(c), epsilon));
  const real centre = mean.data ? mean(c) : real(0), shift = beta.data ? beta(c) : real(0);
  mine.for_own(x.extent, [&](int, int64_t i) { y.data[i] = fma(x.data[i] - centre, scale, shift); });
}

// parts(c, i): the sum of dy over chunk i; parts(C + c, i): that of dy u.
__global__ void backward_parameters_kernel(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> mean,
                                           View<const real, 1> var, real epsilon, View<double, 2> parts) {
  SIMT_SHARED(sums, double[warps]);
  SIMT_SHARED(products, double[warps]);
  const Chunk mine(x.extent);
  const int64_t c = mine.channel;
  const double m = mean(c);
  double sum = 0, product = 0;
  mine.for_own(x.extent, [&](int, int64_t i) {
    sum += dy.data[i];
    product += dy.data[i] * (x.data[i] - m);
  });
  sum = over_block(sum, sums);
  product = over_block(product, products);
  if (threadIdx.x != 0) return;
  parts(c, mine.index) = sum;
  parts(x.extent[1] + c, mine.index) = product * inverse_deviation(var(c), epsilon);
}

__global__ void train_backward_kernel(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma,
                                      View<const real, 1> mean, View<const real, 1> var, real epsilon,
                                      View<const real, 1> dgamma, View<const real, 1> dbeta, View<real, 3> dx) {
  const Chunk mine(x.extent);
  const int64_t c = mine.channel;
  const double M = static_cast<double>(x.extent[0] * x.extent[2]), inverse = inverse_deviation(var(c), epsilon);
  const real offset = static_cast<real>(dbeta(c) / M), slope = static_cast<real>(dgamma(c) / M * inverse);
  const real scale = static_cast<real>(gamma(c) * inverse), centre = mean(c);
  mine.for_own(x.extent,
               [&](int, int64_t i) { dx.data[i] = fma(x.data[i] - centre, -slope, dy.data[i] - offset) * scale; });
}

}  // namespace

void batch_statistics(View<const real, 3> x, View<real, 1> mean, View<real, 1> var) {
  const Parts parts({2 * x.extent[1], chunks_of(x.extent)});
  launch(block_a_chunk(x.extent), statistics_kernel, x, parts);
  launch({.blocks = block_counts(x.extent[1]), .threads = lanes}, join_statistics_kernel, parts,
         x.extent[0] * x.extent[2], mean, var);
}

void batch_norm(View<const real, 3> x, View<const real, 1> gamma, View<const real, 1> beta, View<const real, 1> mean,
                View<const real, 1> var, real epsilon, View<real, 3> y) {
  launch(block_a_chunk(x.extent), normalise_kernel, x, gamma, beta, mean, var, epsilon, y);
}

void batch_norm_backward_parameters(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> mean,
                                    View<const real, 1> var, real epsilon, View<real, 1> dgamma, View<real, 1> dbeta) {
  const Parts parts({2 * x.extent[1], chunks_of(x.extent)});
  launch(block_a_chunk(x.extent), backward_parameters_kernel, dy, x, mean, var, epsilon, parts);
  sum_parts(parts, dbeta, dgamma);
}

void batch_norm_eval_backward(View<const real, 3> dy, View<const real, 1> gamma, View<const real, 1> var, real epsilon,
                              View<real, 3> dx) {
  const View<const real, 1> none{nullptr, {0}};
  launch(block_a_chunk(dy.extent), normalise_kernel, dy, gamma, none, none, var, epsilon, dx);
}

void batch_norm_train_backward(View<const real, 3> dy, View<const real, 3> x, View<const real, 1> gamma,
                               View<const real, 1> mean, View<const real, 1> var, real epsilon,
                               View<const real, 1> dgamma, View<const real, 1> dbeta, View<real, 3> dx) {
  launch(block_a_chunk(x.extent), train_backward_kernel, dy, x, gamma, mean, var, epsilon, dgamma, dbeta, dx);
}

}  // namespace SEISGRAD::gpu
