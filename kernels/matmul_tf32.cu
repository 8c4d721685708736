#include "kernels/async_copy.cuh"
#include "kernels/matmul.cuh"
#include "kernels/mma.cuh"

namespace SEISGRAD::gpu {
namespace {

// A block owns 128 x 64 elements of C, a warp 64 x 32 of them: 4 x 4 products of the tensor cores, which read 24 words
// a lane for 16 products. Smaller, and shared memory would be slower than the tensor cores.
constexpr int rows = 128, columns = 64, threads = 128;
constexpr int depth = 64 / sizeof(real);  // along k: two buffers of it stay below 48 KiB in double too
constexpr int warp_rows = 64, warp_columns = 32, high = warp_rows / 16, wide = warp_columns / 8;
constexpr int chunk = 16 / sizeof(real);  // numbers in the largest asynchronous copy

// Size lines of a factor (rows of a, columns of b), depth numbers of each, as they lie in memory: along k or across.
// The padding lets the 32 lanes of a fragment read 32 banks.
template <int Size, bool ByK>
struct Lines {
  static constexpr int line = ByK ? depth + 4 : 1, k = ByK ? 1 : Size + 8;
  static constexpr int room = ByK ? Size * line : depth * k;

  // Whether whole chunks can be copied, none of them across the matrix's edge.
  __device__ static bool in_chunks(Strided f, int64_t lines, int64_t K) {
    return reinterpret_cast<uintptr_t>(f.data) % 16 == 0 && (ByK ? f.column : f.row) == 1 &&
           (ByK ? f.row : f.column) % chunk == 0 && (ByK ? K : lines) % chunk == 0;
  }
  // What is outside of the matrix reads as 0.
  template <int Count>
  __device__ static void copy(real* tile, Strided f, int64_t first_line, int64_t lines, int64_t first_k, int64_t K) {
    constexpr int in_line = (ByK ? depth : Size) / Count, step = threads / in_line;
    const int i = static_cast<int>(threadIdx.x), along = i % in_line * Count, other = i / in_line;
    const int l = ByK ? other : along, d = ByK ? along : other;
    const real* const from = f.data + (first_line + l) * f.row + (first_k + d) * f.column;
    const int64_t lines_left = lines - first_line - l, k_left = K - first_k - d;
#pragma unroll
    for (int q = 0; q < Size * depth / Count / threads; ++q) {
      const int dl = ByK ? step * q : 0, dd = ByK ? 0 : step * q;
      cp_async<Count * sizeof(real)>(tile + (l + dl) * line + (d + dd) * k, from + dl * f.row + dd * f.column,
                                     dl < lines_left && dd < k_left);
    }
  }
};

// sum += a b of one warp. as, bs: where this lane's numbers of the first fragments are.
template <Precision P, class A, class B>
__device__ __forceinline__ void multiply(const real* as, const real* bs, float (&sum)[high][wide][4]) {
#pragma unroll 1
  for (int k = 0; k < depth; k += 8) {
    MmaFragment<P, 2> b[wide];
#pragma unroll
    for (int j = 0; j < wide; ++j)
#pragma unroll
      for (int q = 0; q < 2; ++q) b[j].set(q, static_cast<float>(bs[8 * j * B::line + (k + 4 * q) * B::k]));
#pragma unroll
    for (int i = 0; i < high; ++i) {
      MmaFragment<P, 4> a;
#pragma unroll
      for (int q = 0; q < 4; ++q)
        a.set(q, static_cast<float>(as[(16 * i + q % 2 * 8) * A::line + (k + q / 2 * 4) * A::k]));
#pragma unroll
      for (int j = 0; j < wide; ++j) mma<P>(sum[i][j], a, b[j]);
    }
  }
}

// c = from + sum, of what this lane holds; its first number is (m,n).
__device__ __forceinline__ void add(const float (&sum)[high][wide][4], Strided from, int64_t m, int64_t n,
                                    View<real, 2> c) {
  const int64_t rows_left = c.extent[0] - m, columns_left = c.extent[1] - n;
  real* const to = c.data + m * c.extent[1] + n;
#pragma unroll
  for (int i = 0; i < high; ++i)
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const int row = 16 * i + 8 * h;
      if (row >= rows_left) return;
#pragma unroll
      for (int j = 0; j < wide; ++j)
#pragma unroll
        for (int q = 0; q < 2; ++q) {
          const int column = 8 * j + q;
          if (column >= columns_left) continue;
          const real before = from.data ? from(m + row, n + column) : real(0);
          to[row * c.extent[1] + column] = before + real(sum[i][j][2 * h + q]);
        }
    }
}

// Copies go on while the tile before is multiplied. Numbers stay float32 in shared memory: they are rounded, and split
// for tf32x3, on their way to the registers, since shared memory holds and moves more tiles so.
template <Precision P, bool AByK, bool BByK>
__global__ void __launch_bounds__(threads, P == Precision::tf32 ? 3 : 2) tensor_core_kernel(Chains p) {
  using A = Lines<rows, AByK>;
  using B = Lines<columns, BByK>;
  struct alignas(16) Tiles {
    real a[A::room], b[B::room];
  };
  SIMT_SHARED(tiles, Tiles[2]);
  const int64_t M = p.c.extent[1], N = p.c.extent[2], across = ceil_div(N, columns);
  const int64_t m0 = blockIdx.x / across * rows, n0 = blockIdx.x % across * columns;
  const int64_t begin = blockIdx.y * tensor_core_chain, last = begin + tensor_core_chain;
  const int64_t end = gridDim.y > 1 && last < p.K ? last : p.K;
  const int warp = static_cast<int>(threadIdx.x) / 32, g = static_cast<int>(threadIdx.x) % 32 / 4;
  const int t = static_cast<int>(threadIdx.x) % 4;
  const int warp_row = warp / 2 * warp_rows, warp_column = warp % 2 * warp_columns;
  const bool any = m0 + warp_row < M && n0 + warp_column < N;

  const Strided b{p.b.data, p.b.column, p.b.row};
  const bool a_chunks = A::in_chunks(p.a, M, p.K), b_chunks = B::in_chunks(b, N, p.K);
  const auto load = [&](int64_t k, int buffer) {
    a_chunks ? A::template copy<chunk>(tiles[buffer].a, p.a, m0, M, k, end)
             : A::template copy<1>(tiles[buffer].a, p.a, m0, M, k, end);
    b_chunks ? B::template copy<chunk>(tiles[buffer].b, b, n0, N, k, end)
             : B::template copy<1>(tiles[buffer].b, b, n0, N, k, end);
    cp_async_commit();
  };

  if (begin < end) load(begin, 0);
  int64_t k0 = begin;
  int buffer = 0;
  do {  // a chain
    float sum[high][wide][4] = {};
    const int64_t chain_end = k0 + tensor_core_chain < end ? k0 + tensor_core_chain : end;
    const bool first = k0 == begin;
    for (; k0 < chain_end; k0 += depth, buffer ^= 1) {
      cp_async_wait<0>();
      __syncthreads();  // this tile is there, and all are done with the one before
      if (k0 + depth < end) load(k0 + depth, buffer ^ 1);
      if (any)
        multiply<P, A, B>(tiles[buffer].a + (warp_row + g) * A::line + t * A::k,
                          tiles[buffer].b + (warp_column + g) * B::line + t * B::k, sum);
    }
    const int64_t m = m0 + warp_row + g, n = n0 + warp_column + 2 * t;
    add(sum, first ? p.start : Strided{p.c.data, N, 1}, m, n, {p.c.data + blockIdx.y * M * N, {M, N}});
  } while (k0 < end);
}

template <Precision P>
void run(const Chains& p) {
  const auto kernel = p.a.column != 1   ? tensor_core_kernel<P, false, false>
                      : p.b.column == 1 ? tensor_core_kernel<P, true, false>
                                        : tensor_core_kernel<P, true, true>;
  const int64_t blocks = ceil_div(p.c.extent[1], rows) * ceil_div(p.c.extent[2], columns);
  launch({.blocks = block_counts(blocks, p.c.extent[0]), .threads = threads}, kernel, p);
}

}  // namespace

void multiply_on_tensor_cores(Precision precision, const Chains& p) {
  if (precision == Precision::tf32) run<Precision::tf32>(p);
  else run<Precision::tf32x3>(p);
}

}  // namespace SEISGRAD::gpu
