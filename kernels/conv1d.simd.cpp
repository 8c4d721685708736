#include "kernels/conv1d.simd.h"

#include "kernels/simd_math.h"
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

static Vec activated(Activation activation, Vec v) {
  if (activation == Activation::relu) return v < splat(0) ? splat(0) : v;
  if (activation == Activation::sigmoid) return sigmoid(v);
  return v;
}

// The larger; of equals the first, and a NaN where there is one (kernels/max_pool1d.h).
static real larger(real a, real b) { return b <= a || a != a ? a : b; }

// Pairs need no shuffle: two floats are one 64-bit integer, the first its low half, on any machine whose low word comes
// first (kernels/upsample1d.simd.cpp). Double exists for checks.
#if !defined(SEISGRAD_DOUBLE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef uint64_t Pairs __attribute__((vector_size(vector_bytes)));
typedef uint32_t Bits __attribute__((vector_size(vector_bytes / 2)));
typedef real HalfVec __attribute__((vector_size(vector_bytes / 2)));

// p[i] = the larger of v[2i], v[2i+1]
static void store_larger(real* p, Vec v) {
  const Pairs pairs = reinterpret_cast<Pairs>(v);
  const HalfVec a = reinterpret_cast<HalfVec>(__builtin_convertvector(pairs, Bits));
  const HalfVec b = reinterpret_cast<HalfVec>(__builtin_convertvector(pairs >> 32, Bits));
  const HalfVec most = ((b <= a) | (a != a)) ? a : b;
  __builtin_memcpy(p, &most, sizeof most);
}

// to = a[0] b[0] a[1] b[1] ..., two vectors
static void interleave(Vec a, Vec b, Vec* to) {
  Bits part[2][2];
  __builtin_memcpy(part[0], &a, sizeof a);
  __builtin_memcpy(part[1], &b, sizeof b);
#pragma GCC unroll 2
  for (int h = 0; h < 2; ++h)
    to[h] = reinterpret_cast<Vec>(__builtin_convertvector(part[0][h], Pairs) |
                                  __builtin_convertvector(part[1][h], Pairs) << 32);
}
#else
static void store_larger(real* p, Vec v) {
  for (int i = 0; i < width / 2; ++i) p[i] = larger(v[2 * i], v[2 * i + 1]);
}

static void interleave(Vec a, Vec b, Vec* to) {
  for (int i = 0; i < width; ++i) {
    to[2 * i / width][2 * i % width] = a[i];
    to[2 * i / width][2 * i % width + 1] = b[i];
  }
}
#endif

// Vectors of neighbouring sums of channel o become outputs from m on.
template <int Vectors>
static void put(const Conv1dPiece& piece, int64_t o, int64_t m, const Vec (&sums)[Vectors]) {
  constexpr int64_t size = Vectors * width;
  real* const y = piece.y + o * piece.y_row;
  const real* const residual = piece.residual ? piece.residual + o * piece.residual_row : nullptr;
  if (m >= 0 && m + size <= piece.outputs) {
#pragma GCC unroll 12
    for (int j = 0; j < Vectors; ++j) {
      const int64_t at = m + j * width;
      const Vec v = activated(piece.activation, residual ? sums[j] + load(residual + at) : sums[j]);
      if (piece.pool) store_larger(y + at / 2, v);
      else store(y + at, v);
    }
    return;
  }
  const int64_t from = m < 0 ? -m : 0, to = least(size, piece.outputs - m);
  real values[size] = {};
  if (residual)
    for (int64_t i = from; i < to; ++i) values[i] = residual[m + i];
  for (int j = 0; j < Vectors; ++j) {
    const Vec v = residual ? sums[j] + load(values + j * width) : sums[j];
    store(values + j * width, activated(piece.activation, v));
  }
  if (!piece.pool)
    for (int64_t i = from; i < to; ++i) y[m + i] = values[i];
  else
    for (int64_t i = 0; i < to && (m + i) / 2 < piece.y_row; i += 2)
      y[(m + i) / 2] = i + 1 < to ? larger(values[i], values[i + 1]) : values[i];
}

// One block of output channels, `Vectors` vectors of positions from `at`.
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

  const int64_t outs = piece.O - first;
  if (piece.phases) {
    if constexpr (Block % 2 == 0)
#pragma GCC unroll 4
      for (int o = 0; o < Block; o += 2) {
        if (o >= outs) continue;
        Vec pairs[2 * Vectors];
#pragma GCC unroll 8
        for (int j = 0; j < Vectors; ++j) interleave(acc[o][j], acc[o + 1][j], pairs + 2 * j);
        put(piece, (first + o) / 2, piece.first + 2 * at, pairs);
      }
    return;
  }
#pragma GCC unroll 8
  for (int o = 0; o < Block; ++o)
    if (o < outs) put(piece, first + o, piece.first + at, acc[o]);
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

void norm_relu_loop(real* x, real mean, real scale, real shift, int64_t n) {
  const auto one = [=](Vec v) { return activated(Activation::relu, fma(v - mean, splat(scale), splat(shift))); };
  int64_t i = 0;
  for (; i + width <= n; i += width) store(x + i, one(load(x + i)));
  real rest[width] = {};
  for (int64_t k = i; k < n; ++k) rest[k - i] = x[k];
  store(rest, one(load(rest)));
  for (int64_t k = i; k < n; ++k) x[k] = rest[k - i];
}

double conv1d_sum_loop(const real* x, int64_t n) {
  return sum(
      n, [](Wide v) { return v; }, x);
}

}  // namespace SEISGRAD::SIMD
