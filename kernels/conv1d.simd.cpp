#include "kernels/conv1d.simd.h"

#include "kernels/simd_sum.h"

namespace SEISGRAD::SIMD {

// Output channels by vectors of a tile whose sums stay in registers: with 32 registers 8 x 3 sums, 3 vectors of x and
// a weight; with 16, 4 x 3. Loops over them are unrolled, so every register has a fixed name.
#if defined(__AVX512F__)
constexpr int block = 8, few = 4, few_vectors = 6, columns = 6;
#else
constexpr int block = 4, few = 4, few_vectors = 3, columns = 3;
#endif
constexpr int vectors = 3, lone_vectors = 8;  // a single output channel has 8 vectors: independent sums hide latency

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// The first n values of v, none where n is negative, all where it is more.
static void store_some(real* p, Vec v, int64_t n) {
  if (n >= width) return store(p, v);
  for (int i = 0; i < n; ++i) p[i] = v[i];
}

// One block of output channels, `Vectors` vectors of positions from `at`, of which only those below piece.positions
// are stored.
template <int Block, int Vectors>
static void tile(const Conv1dPiece& piece, int64_t first, int64_t at) {
  const real* x = piece.x + at;
  const real* w = piece.w + first * piece.C * piece.K;
  Vec acc[Block][Vectors];
#pragma GCC unroll 8
  for (int o = 0; o < Block; ++o)
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j) acc[o][j] = splat(piece.bias[first + o]);
  for (int64_t c = 0; c < piece.C; ++c, x += piece.x_row)
    for (int64_t k = 0; k < piece.K; ++k, w += Block) {
      Vec v[Vectors];
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j) v[j] = load(x + piece.tap[k] + j * width);
#pragma GCC unroll 8
      for (int o = 0; o < Block; ++o) {
        const Vec wo = splat(w[o]);
#pragma GCC unroll 8
        for (int j = 0; j < Vectors; ++j) acc[o][j] = fma(wo, v[j], acc[o][j]);
      }
    }

  const int64_t count = least(Vectors * width, piece.positions - at), outs = piece.O - first;
#pragma GCC unroll 8
  for (int o = 0; o < Block; ++o) {
    if (o >= outs) continue;
    real* y = piece.y + (first + o) * piece.y_row + at;
    if (count == Vectors * width)
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j) store(y + j * width, acc[o][j]);
    else
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j) store_some(y + j * width, acc[o][j], count - j * width);
  }
}

// All blocks at one place, with half as many vectors while the positions left do not fill more.
template <int Block, int Vectors>
static void blocks(const Conv1dPiece& piece, int64_t at) {
  if constexpr (Vectors > 1)
    if (piece.positions - at <= Vectors / 2 * width) return blocks<Block, Vectors / 2>(piece, at);
  for (int64_t first = 0; first < piece.O; first += Block) tile<Block, Vectors>(piece, first, at);
}

// Positions outside, channels inside: the rows of x under a tile stay in the first-level cache.
template <int Block, int Vectors>
static void sweep(const Conv1dPiece& piece) {
  for (int64_t at = 0; at < piece.positions; at += Vectors * width) blocks<Block, Vectors>(piece, at);
}

Conv1dTile conv1d_tile(int64_t O) {
  if (O == 1) return {1, lone_vectors * width};
  if (O <= few) return {few, few_vectors * width};
  return {block, vectors * width};
}

void conv1d_loop(const Conv1dPiece& piece) {
  if (piece.O == 1) sweep<1, lone_vectors>(piece);
  else if (piece.O <= few) sweep<few, few_vectors>(piece);
  else sweep<block, vectors>(piece);
}

// The sum of conv1d_lanes values as a tree: halves onto halves.
static real sum_of_lanes(const real* sums) {
  typedef real Half __attribute__((vector_size(32)));
  typedef real Quarter __attribute__((vector_size(16)));
  Half half[2];
  __builtin_memcpy(half, sums, sizeof half);
  half[0] += half[1];
  Quarter quarter[2];
  __builtin_memcpy(quarter, half, sizeof quarter);
  quarter[0] += quarter[1];
  constexpr int left = 16 / sizeof(real);  // four or two
  real v[left];
  __builtin_memcpy(v, quarter, sizeof v);
#pragma GCC unroll 2
  for (int n = left / 2; n > 0; n /= 2)
#pragma GCC unroll 2
    for (int i = 0; i < n; ++i) v[i] += v[i + n];
  return v[0];
}

// A tile of gradients, Block output channels by Columns pairs (c,k): each lane of a vector sums every conv1d_lanes-th
// position. A narrower vector reads its part of the lanes in a pass of its own.
template <int Block, int Columns>
static void weight_tile(const Conv1dWeightRows& rows, int64_t first, int64_t first_column) {
  real sums[Block][Columns][conv1d_lanes];
  for (int64_t lane = 0; lane < conv1d_lanes; lane += width) {
    const real* dy = rows.dy + first * rows.dy_row;
    const real* x[Columns];
    Vec acc[Block][Columns];
#pragma GCC unroll 12
    for (int j = 0; j < Columns; ++j) x[j] = rows.x + rows.column[first_column + j];
#pragma GCC unroll 4
    for (int o = 0; o < Block; ++o)
#pragma GCC unroll 12
      for (int j = 0; j < Columns; ++j) acc[o][j] = Vec{};
    for (int64_t i = lane; i < rows.positions; i += conv1d_lanes) {
      Vec d[Block];
#pragma GCC unroll 4
      for (int o = 0; o < Block; ++o) d[o] = load(dy + o * rows.dy_row + i);
#pragma GCC unroll 12
      for (int j = 0; j < Columns; ++j) {
        const Vec v = load(x[j] + i);
#pragma GCC unroll 4
        for (int o = 0; o < Block; ++o) acc[o][j] = fma(d[o], v, acc[o][j]);
      }
    }
#pragma GCC unroll 4
    for (int o = 0; o < Block; ++o)
#pragma GCC unroll 12
      for (int j = 0; j < Columns; ++j) store(&sums[o][j][lane], acc[o][j]);
  }
  const int64_t outs = least(Block, rows.O - first), in_use = least(Columns, rows.columns - first_column);
  for (int64_t o = 0; o < outs; ++o)
    for (int64_t j = 0; j < in_use; ++j)
      rows.dw[(first + o) * rows.columns + first_column + j] = sum_of_lanes(sums[o][j]);
}

template <int Block, int Columns>
static void weight_tiles(const Conv1dWeightRows& rows) {
  for (int64_t o = 0; o < rows.O; o += Block)
    for (int64_t j = 0; j < rows.columns; j += Columns) weight_tile<Block, Columns>(rows, o, j);
}

void conv1d_weight_loop(const Conv1dWeightRows& rows) {
  if (rows.O == 1) weight_tiles<1, conv1d_column_block>(rows);
  else weight_tiles<4, columns>(rows);
}

double conv1d_sum_loop(const real* x, int64_t n) {
  return sum(
      n, [](Wide v) { return v; }, x);
}

}  // namespace SEISGRAD::SIMD
