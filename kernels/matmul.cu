#include "kernels/matmul.cuh"

#include <type_traits>

#include "kernels/async_copy.cuh"
#include "kernels/simt.h"
#include "kernels/workspace.cuh"

namespace SEISGRAD::gpu {
namespace {

constexpr int threads = 256, depth = 16;  // k that are in shared memory at once

struct alignas(16) Four {
  real v[4];
};

// A block's share of C: rows x columns, a thread's Height x Width of it in groups of four neighbours each way.
template <int Rows, int Columns, int Height, int Width>
struct Tile {
  static constexpr int rows = Rows, columns = Columns, height = Height, width = Width;
  static constexpr int across = columns / width;  // threads
  static_assert(rows / height * across == threads);
};

// Brings Size lines of a factor (rows of a, columns of b), depth numbers of each, to shared memory as [k][line].
// Threads next to each other take what is next to each other in memory; one number at a time, since any matrix may
// begin anywhere and since the copy transposes where a line runs along k.
template <int Size>
class Loader {
 public:
  static constexpr int pitch = Size + 4;  // then the transposing copies spread over the banks

  __device__ Loader(Strided f, int64_t first_line, int64_t lines, int64_t first_k) : by_k_(f.column == 1), f_(f) {
    const int i = static_cast<int>(threadIdx.x);
    line_ = by_k_ ? i / 8 % Size : i % Size;
    k_ = by_k_ ? i % 8 + i / 8 / Size * 8 : i / Size;
    from_ = f.data + (first_line + line_) * f.row + (first_k + k_) * f.column;
    left_ = lines - first_line - line_;
  }
  // The next tile. What is outside of the matrix reads as 0; k_left: how many k there are from the tile's first on.
  __device__ void load(Four* tile, int64_t k_left) {
    real* const to = tile->v + k_ * pitch + line_;
    by_k_ ? copy<true>(to, k_left - k_) : copy<false>(to, k_left - k_);
    from_ += depth * f_.column;
  }

 private:
  template <bool ByK>
  __device__ void copy(real* to, int64_t k_left) const {
#pragma unroll
    for (int q = 0; q < Size * depth / threads; ++q) {
      const int line = ByK ? threads / 8 * q % Size : 0;
      const int k = ByK ? threads / 8 * q / Size * 8 : threads / Size * q;
      const bool inside = line < left_ && k < k_left;
      cp_async<sizeof(real)>(to + k * pitch + line, from_ + line * f_.row + k * f_.column, inside);
    }
  }
  bool by_k_;
  Strided f_;
  int line_, k_;
  const real* from_;
  int64_t left_;
};

// A block owns a tile of C, a thread its share in registers. While one
// tile of the factors is multiplied, the next is on its way to shared memory: read straight from global memory, each
// number would be fetched once for every row or column of the tile.
template <class Tile>
__global__ void __launch_bounds__(threads) product_kernel(Chains p) {
  using A = Loader<Tile::rows>;
  using B = Loader<Tile::columns>;
  SIMT_SHARED(as, Four[2][depth][A::pitch / 4]);
  SIMT_SHARED(bs, Four[2][depth][B::pitch / 4]);
  constexpr int high = Tile::height / 4, wide = Tile::width / 4;  // groups of a thread
  const int64_t M = p.c.extent[1], N = p.c.extent[2], across = ceil_div(N, Tile::columns);
  const int64_t m0 = blockIdx.x / across * Tile::rows, n0 = blockIdx.x % across * Tile::columns;
  // A warp is made about as high as wide: it reads few different addresses.
  constexpr int warp_across = Tile::across < 8 ? Tile::across : 8, warp_down = 32 / warp_across;
  constexpr int warps_in_row = Tile::across / warp_across;
  const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  const int x = warp % warps_in_row * warp_across + lane % warp_across;
  const int y = warp / warps_in_row * warp_down + lane / warp_across;
  const auto row = [&](int i) { return m0 + i / 4 * (4 * Tile::rows / Tile::height) + 4 * y + i % 4; };
  const auto column = [&](int j) { return n0 + j / 4 * (4 * Tile::columns / Tile::width) + 4 * x + j % 4; };

  real total[Tile::height][Tile::width], sum[Tile::height][Tile::width] = {};
#pragma unroll
  for (int i = 0; i < Tile::height; ++i)
#pragma unroll
    for (int j = 0; j < Tile::width; ++j)
      total[i][j] = p.start.data && row(i) < M && column(j) < N ? p.start(row(i), column(j)) : real(0);

  const int64_t begin = blockIdx.y * matmul_chain, last = begin + matmul_chain;
  const int64_t end = gridDim.y > 1 && last < p.K ? last : p.K;
  A a(p.a, m0, M, begin);
  B b({p.b.data, p.b.column, p.b.row}, n0, N, begin);
  const auto load = [&](int64_t k, int buffer) {
    a.load(as[buffer][0], end - k);
    b.load(bs[buffer][0], end - k);
    cp_async_commit();
  };
  if (begin < end) load(begin, 0);
  for (int64_t k = begin, buffer = 0; k < end; k += depth, buffer ^= 1) {
    cp_async_wait<0>();
    __syncthreads();  // this tile is there, and all are done with the one before
    if (k + depth < end) load(k + depth, static_cast<int>(buffer) ^ 1);
#pragma unroll
    for (int i = 0; i < depth; ++i) {
      Four down[high], along[wide];
#pragma unroll
      for (int g = 0; g < high; ++g) down[g] = as[buffer][i][g * (Tile::rows / Tile::height) + y];
#pragma unroll
      for (int g = 0; g < wide; ++g) along[g] = bs[buffer][i][g * (Tile::columns / Tile::width) + x];
#pragma unroll
      for (int r = 0; r < Tile::height; ++r)
#pragma unroll
        for (int s = 0; s < Tile::width; ++s) sum[r][s] = fma(down[r / 4].v[r % 4], along[s / 4].v[s % 4], sum[r][s]);
    }
    if ((k + depth) % matmul_chain != 0 && k + depth < end) continue;
#pragma unroll
    for (int i = 0; i < Tile::height; ++i)
#pragma unroll
      for (int j = 0; j < Tile::width; ++j) {
        total[i][j] += sum[i][j];
        sum[i][j] = 0;
      }
  }

  const bool whole_groups = N % 4 == 0 && reinterpret_cast<uintptr_t>(p.c.data) % alignof(Four) == 0;
#pragma unroll
  for (int i = 0; i < Tile::height; ++i)
#pragma unroll
    for (int j = 0; j < Tile::width; j += 4) {
      if (row(i) >= M || column(j) >= N) continue;
      real* const to = &p.c(blockIdx.y, row(i), column(j));
      if (whole_groups) *reinterpret_cast<Four*>(to) = {total[i][j], total[i][j + 1], total[i][j + 2], total[i][j + 3]};
      else
        for (int g = 0; g < 4 && column(j) + g < N; ++g) to[g] = total[i][j + g];
    }
}

template <class Tile>
int64_t tiles(int64_t M, int64_t N) {
  return ceil_div(M, Tile::rows) * ceil_div(N, Tile::columns);
}
using Middle = Tile<64, 64, 4, 4>;

template <class Tile>
void run_tiles(const Chains& p) {
  const dim3 blocks = block_counts(tiles<Tile>(p.c.extent[1], p.c.extent[2]), p.c.extent[0]);
  launch({.blocks = blocks, .threads = threads}, product_kernel<Tile>, p);
}

// Every strict tile gives the same bits.
void run(Precision precision, const Chains& p) {
  if constexpr (std::is_same_v<real, float>) {
    using Large = Tile<128, 128, 8, 8>;
    using Narrow = Tile<256, 16, 4, 4>;
    constexpr int64_t enough = 100;  // blocks to keep a GPU busy with
    const int64_t M = p.c.extent[1], N = p.c.extent[2];
    if (precision != Precision::strict) multiply_on_tensor_cores(precision, p);
    else if (N <= Narrow::columns) run_tiles<Narrow>(p);
    else if (tiles<Large>(M, N) >= enough) run_tiles<Large>(p);
    else run_tiles<Middle>(p);
  } else {
    run_tiles<Middle>(p);
  }
}

// One thread per element adds its chains in order.
__global__ void sum_of_chains_kernel(View<const real, 3> chains, Strided start, View<real, 2> c) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x, size = c.size();
  if (i >= size) return;
  real total = start.data ? start(i / c.extent[1], i % c.extent[1]) : real(0);
#pragma unroll 8
  for (int64_t p = 0; p < chains.extent[0]; ++p) total += chains.data[p * size + i];
  c.data[i] = total;
}

// A thread owns a chain of 256 rows of one column.
__global__ void column_sums_kernel(View<const real, 2> x, View<real, 3> sums) {
  const int64_t chain = int64_t{blockIdx.x} * blockDim.y + threadIdx.y;
  const int64_t column = int64_t{blockIdx.y} * blockDim.x + threadIdx.x;
  if (chain >= sums.extent[0] || column >= x.extent[1]) return;
  const int64_t begin = chain * matmul_chain, last = begin + matmul_chain;
  const int64_t end = last < x.extent[0] ? last : x.extent[0];
  real sum = 0;
#pragma unroll 16
  for (int64_t row = begin; row < end; ++row) sum += x(row, column);
  sums(chain, 0, column) = sum;
}

}  // namespace

// Where there are few blocks and many chains, as in gradients of parameters, each block takes one chain.
void product(Strided a, Strided b, int64_t K, Strided start, Precision precision, View<real, 2> c) {
  constexpr int64_t enough = 132, most_room = (int64_t{64} << 20) / sizeof(real);  // blocks: an H100's processors
  const int64_t M = c.extent[0], N = c.extent[1];
  const bool strict = precision == Precision::strict || !std::is_same_v<real, float>;
  const int64_t chain = strict ? matmul_chain : tensor_core_chain, chains = ceil_div(K, chain);
  if (chains <= 1 || tiles<Middle>(M, N) >= enough || c.size() == 0)
    return run(precision, {a, b, K, start, {c.data, {1, M, N}}});
  const int64_t at_once = min(min(chains, most_room / c.size() + 1), int64_t{65535});
  const Workspace<real, 3> room({at_once, M, N});
  for (int64_t first = 0; first < chains; first += at_once) {
    const int64_t k = first * chain, count = min(at_once, chains - first);
    const View<real, 3> results{room.view().data, {count, M, N}};
    run(precision, {{a.data + k * a.column, a.row, a.column},
                    {b.data + k * b.row, b.row, b.column},
                    min(K - k, count * chain),
                    zeros,
                    results});
    launch(one_thread_each(c.size()), sum_of_chains_kernel, results, first == 0 ? start : Strided{c.data, N, 1}, c);
  }
}

void column_sums(View<const real, 2> x, View<real, 1> sums) {
  const int64_t C = x.extent[1], chains = ceil_div(x.extent[0], matmul_chain);
  const Workspace<real, 3> room({chains, 1, C});
  const dim3 blocks = block_counts(ceil_div(chains, 8), ceil_div(C, 32));
  launch({.blocks = blocks, .threads = {32, 8}}, column_sums_kernel, x, room);
  launch(one_thread_each(C), sum_of_chains_kernel, room, zeros, View<real, 2>{sums.data, {1, C}});
}

void matmul(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, b.extent[1], 1}, a.extent[1], zeros, precision, c);
}
void matmul_transposed_a(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product({a.data, 1, a.extent[1]}, {b.data, b.extent[1], 1}, a.extent[0], zeros, precision, c);
}
void matmul_transposed_b(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, 1, b.extent[1]}, a.extent[1], zeros, precision, c);
}

}  // namespace SEISGRAD::gpu
