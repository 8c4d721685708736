#include "kernels/matmul.cuh"

#include <memory>
#include <type_traits>

#include "kernels/async_copy.cuh"
#include "kernels/device.h"
#include "kernels/simt.h"

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
  static constexpr int across = columns / width;               // threads
  static constexpr int warp_across = across < 8 ? across : 8;  // of a warp: it reads few different addresses
  static constexpr int warp_down = 32 / warp_across, warps_in_row = across / warp_across;
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

// A block owns a tile of C for one piece of k, a thread its share in registers, each sum one chain over k. While one
// tile of the factors is multiplied, the next is on its way to shared memory: read straight from global memory, each
// number would be fetched once for every row or column of the tile.
template <class Tile>
__global__ void __launch_bounds__(threads) product_kernel(ProductInPieces p) {
  using A = Loader<Tile::rows>;
  using B = Loader<Tile::columns>;
  SIMT_SHARED(as, Four[2][depth][A::pitch / 4]);
  SIMT_SHARED(bs, Four[2][depth][B::pitch / 4]);
  constexpr int high = Tile::height / 4, wide = Tile::width / 4;  // groups of a thread
  const int64_t M = p.c.extent[1], N = p.c.extent[2], across = ceil_div(N, Tile::columns);
  const int64_t m0 = blockIdx.x / across * Tile::rows, n0 = blockIdx.x % across * Tile::columns;
  const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  const int x = warp % Tile::warps_in_row * Tile::warp_across + lane % Tile::warp_across;
  const int y = warp / Tile::warps_in_row * Tile::warp_down + lane / Tile::warp_across;
  const auto row = [&](int i) { return m0 + i / 4 * (4 * Tile::rows / Tile::height) + 4 * y + i % 4; };
  const auto column = [&](int j) { return n0 + j / 4 * (4 * Tile::columns / Tile::width) + 4 * x + j % 4; };

  real sum[Tile::height][Tile::width];
#pragma unroll
  for (int i = 0; i < Tile::height; ++i)
#pragma unroll
    for (int j = 0; j < Tile::width; ++j)
      sum[i][j] = p.start.data && row(i) < M && column(j) < N ? p.start(row(i), column(j)) : real(0);

  const int64_t begin = blockIdx.y * p.piece, end = begin + p.piece < p.K ? begin + p.piece : p.K;
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
  }

  const bool whole_groups = N % 4 == 0 && reinterpret_cast<uintptr_t>(p.c.data) % alignof(Four) == 0;
#pragma unroll
  for (int i = 0; i < Tile::height; ++i)
#pragma unroll
    for (int j = 0; j < Tile::width; j += 4) {
      if (row(i) >= M || column(j) >= N) continue;
      real* const to = &p.c(blockIdx.y, row(i), column(j));
      if (whole_groups) *reinterpret_cast<Four*>(to) = {sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]};
      else
        for (int g = 0; g < 4 && column(j) + g < N; ++g) to[g] = sum[i][j + g];
    }
}

template <class Tile>
int64_t tiles(int64_t M, int64_t N) {
  return ceil_div(M, Tile::rows) * ceil_div(N, Tile::columns);
}
using Middle = Tile<64, 64, 4, 4>;

template <class Tile>
void run_tiles(const ProductInPieces& p) {
  const dim3 blocks = block_counts(tiles<Tile>(p.c.extent[1], p.c.extent[2]), p.c.extent[0]);
  launch({.blocks = blocks, .threads = threads}, product_kernel<Tile>, p);
}

// Every tile gives the same bits.
void run(Precision precision, const ProductInPieces& p) {
  if constexpr (std::is_same_v<real, float>) {
    using Large = Tile<128, 128, 8, 8>;
    using Narrow = Tile<256, 16, 4, 4>;
    constexpr int64_t enough = 100;  // blocks to keep a GPU busy with
    const int64_t M = p.c.extent[1], N = p.c.extent[2];
    if (precision != Precision::strict) product_on_tensor_cores(precision, p);
    else if (N <= Narrow::columns) run_tiles<Narrow>(p);
    else if (tiles<Large>(M, N) >= enough) run_tiles<Large>(p);
    else run_tiles<Middle>(p);
  } else {
    run_tiles<Middle>(p);
  }
}

// One thread per element adds its pieces in order.
__global__ void sum_of_pieces_kernel(View<const real, 2> pieces, View<real, 1> c) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= c.extent[0]) return;
  real sum = 0;
#pragma unroll 8
  for (int64_t p = 0; p < pieces.extent[0]; ++p) sum += pieces(p, i);
  c(i) = sum;
}

// Sums over K terms, cut into pieces until there are blocks for the whole GPU: make(piece, results (pieces, c)).
template <class Make>
void in_pieces(int64_t K, int64_t blocks_of_a_piece, View<real, 1> c, Make make) {
  constexpr int64_t wanted = 264, least = 256;  // two blocks for each multiprocessor of an H100; k in a piece
  const int64_t room = wanted / (blocks_of_a_piece > 0 ? blocks_of_a_piece : 1), most = ceil_div(K, least);
  if (room <= 1 || most <= 1) return make(K, View<real, 2>{c.data, {1, c.extent[0]}});
  const int64_t piece = ceil_div(ceil_div(K, room < most ? room : most), depth) * depth, pieces = ceil_div(K, piece);
  const std::unique_ptr<void, decltype(&device::release)> memory(
      device::allocate(static_cast<size_t>(pieces * c.extent[0]) * sizeof(real)), device::release);
  const View<real, 2> results{static_cast<real*>(memory.get()), {pieces, c.extent[0]}};
  make(piece, results);
  launch(one_thread_each(c.extent[0]), sum_of_pieces_kernel, results, c);
}

// A block owns 32 columns for one piece of the rows; warp w adds rows w, w + 8, ..., then warp 0 the 8 sums.
__global__ void column_sums_kernel(View<const real, 2> x, int64_t piece, View<real, 2> sums) {
  constexpr int warps = threads / 32;
  SIMT_SHARED(of_warp, real[warps][32]);
  const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  const int64_t column = int64_t{blockIdx.x} * 32 + lane, begin = blockIdx.y * piece;
  const int64_t end = begin + piece < x.extent[0] ? begin + piece : x.extent[0];
  const bool mine = column < x.extent[1];
  real sum = 0;
#pragma unroll 8
  for (int64_t row = begin + warp; row < (mine ? end : 0); row += warps) sum += x(row, column);
  of_warp[warp][lane] = sum;
  __syncthreads();
  if (warp > 0 || !mine) return;
  for (int w = 1; w < warps; ++w) sum += of_warp[w][lane];
  sums(blockIdx.y, column) = sum;
}

}  // namespace

void product(Strided a, Strided b, int64_t K, Strided start, Precision precision, View<real, 2> c) {
  run(precision, {a, b, K, K, start, {c.data, {1, c.extent[0], c.extent[1]}}});
}
void product_of_many(Strided a, Strided b, int64_t K, Precision precision, View<real, 2> c) {
  const int64_t M = c.extent[0], N = c.extent[1];
  in_pieces(K, tiles<Middle>(M, N), {c.data, {M * N}}, [&](int64_t piece, View<real, 2> results) {
    run(precision, {a, b, K, piece, zeros, {results.data, {results.extent[0], M, N}}});
  });
}
void column_sums(View<const real, 2> x, View<real, 1> sums) {
  const int64_t blocks = ceil_div(x.extent[1], 32);
  in_pieces(x.extent[0], blocks, sums, [&](int64_t piece, View<real, 2> results) {
    launch({.blocks = block_counts(blocks, results.extent[0]), .threads = threads}, column_sums_kernel, x, piece,
           results);
  });
}

void matmul(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, b.extent[1], 1}, a.extent[1], zeros, precision, c);
}
void matmul_transposed_a(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product_of_many({a.data, 1, a.extent[1]}, {b.data, b.extent[1], 1}, a.extent[0], precision, c);
}
void matmul_transposed_b(View<const real, 2> a, View<const real, 2> b, Precision precision, View<real, 2> c) {
  product({a.data, a.extent[1], 1}, {b.data, 1, b.extent[1]}, a.extent[1], zeros, precision, c);
}

}  // namespace SEISGRAD::gpu
