#include "kernels/conv1d.simd.h"

#include "kernels/simd_math.h"
#include "kernels/simd_pairs.h"
#include "kernels/simd_sum.h"

namespace SEISGRAD::SIMD {

// Output channels by vectors of a tile whose sums stay in registers, with a weight and the vectors of x. 8 x 2 fill
// half of the 32 registers, which suffices to hide the latency of the sums; 8 x 3 would leave a lone vector in rows of
// 16, 32 and 64, and half a vector where pairs are pooled. With 16 registers 4 x 3. Loops over them are unrolled, so
// every register has a fixed name.
#if defined(__AVX512F__)
constexpr int block = 8, vectors = 2, few = 4, few_vectors = 6, columns = 6;
#else
constexpr int block = 4, vectors = 3, few = 4, few_vectors = 3, columns = 3;
#endif
constexpr int lone_vectors = 8;  // a single output channel has 8 vectors: independent sums hide latency

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static Vec relu(Vec v) { return v < splat(0) ? splat(0) : v; }

static Vec activated(Activation activation, Vec v) {
  if (activation == Activation::relu) return relu(v);
  if (activation == Activation::sigmoid) return sigmoid(v);
  return v;
}

// The larger; of equals the first, and a NaN where there is one (kernels/max_pool1d.h).
static real larger(real a, real b) { return b <= a || a != a ? a : b; }

// The same of each pair of neighbours in a and then in b.
static Vec larger_of_pairs(Vec a, Vec b) {
  const Vec first = Pairs::evens(a, b), second = Pairs::odds(a, b);
  return ((second <= first) | (first != first)) ? first : second;
}

// A vector of sums of channel o becomes outputs from m on, as far as there are such.
static void put_some(const Conv1dPiece& piece, int64_t o, int64_t m, Vec sums) {
  real* const y = piece.y + o * piece.y_row;
  const int64_t from = m < 0 ? -m : 0, to = least(width, piece.outputs - m);
  real values[width] = {};
  if (piece.residual) {
    for (int64_t i = from; i < to; ++i) values[i] = piece.residual[o * piece.residual_row + m + i];
    sums += load(values);
  }
  const Vec v = activated(piece.activation, sums);
  if (from == 0 && to == width && !piece.pool) return store(y + m, v);
  store(values, v);
  if (!piece.pool)
    for (int64_t i = from; i < to; ++i) y[m + i] = values[i];
  else
    for (int64_t i = 0; i < to && (m + i) / 2 < piece.y_row; i += 2)
      y[(m + i) / 2] = i + 1 < to ? larger(values[i], values[i + 1]) : values[i];
}

// Sums of channels from o on, of which `outs` exist, become outputs from m on. Unrolled, so that the sums of a tile
// that is wanted whole stay in registers; not so for the sigmoid, which needs many itself.
template <int Block, int Vectors>
static void put(const Conv1dPiece& piece, int64_t o, int64_t outs, int64_t m, Vec (&sum)[Block][Vectors]) {
  const bool whole = outs >= Block && m >= 0 && m + Vectors * width <= piece.outputs;
  if (!whole || piece.activation == Activation::sigmoid) {
#pragma GCC unroll 8
    for (int b = 0; b < Block; ++b)
#pragma GCC unroll 12
      for (int j = 0; j < Vectors; ++j)
        if (b < outs) put_some(piece, o + b, m + j * width, sum[b][j]);
    return;
  }
#pragma GCC unroll 8
  for (int b = 0; b < Block; ++b) {
    real* const y = piece.y + (o + b) * piece.y_row;
    const real* const residual = piece.residual + (o + b) * piece.residual_row + m;
#pragma GCC unroll 12
    for (int j = 0; j < Vectors; ++j) {
      if (piece.residual) sum[b][j] += load(residual + j * width);
      if (piece.activation == Activation::relu) sum[b][j] = relu(sum[b][j]);
      if (!piece.pool) store(y + m + j * width, sum[b][j]);
    }
    if (!piece.pool) continue;
#pragma GCC unroll 6
    for (int j = 0; j + 1 < Vectors; j += 2) store(y + (m + j * width) / 2, larger_of_pairs(sum[b][j], sum[b][j + 1]));
    if constexpr (Vectors % 2) {  // the last one's pairs are half a vector
      const Vec last = larger_of_pairs(sum[b][Vectors - 1], sum[b][Vectors - 1]);
      __builtin_memcpy(y + (m + (Vectors - 1) * width) / 2, &last, sizeof last / 2);
    }
  }
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
  if (!piece.phases) return put(piece, first, outs, piece.first + at, acc);
  if constexpr (Block % 2 == 0) {
    Vec pairs[Block / 2][2 * Vectors];
#pragma GCC unroll 4
    for (int o = 0; o < Block; o += 2)
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j) {
        pairs[o / 2][2 * j] = Pairs::lows(acc[o][j], acc[o + 1][j]);
        pairs[o / 2][2 * j + 1] = Pairs::highs(acc[o][j], acc[o + 1][j]);
      }
    put(piece, first / 2, outs / 2, piece.first + 2 * at, pairs);
  }
}

// All blocks at one place, as many vectors wide as the positions left need; four are twice two rather than three and a
// lone one, whose loads weigh more. Returns how many positions that were.
template <int Block, int Vectors>
static int64_t blocks(const Conv1dPiece& piece, int64_t at) {
  constexpr int narrower = Vectors == 3 ? 2 : Vectors / 2;
  const int64_t left = (piece.positions - at + width - 1) / width;
  if constexpr (narrower > 0)
    if (left <= narrower || (Vectors == 3 && left == 4)) return blocks<Block, narrower>(piece, at);
  for (int64_t first = 0; first < piece.O; first += Block) tile<Block, Vectors>(piece, first, at);
  return Vectors * width;
}

// Positions outside, channels inside: the rows of x under a tile stay in the first-level cache.
template <int Block, int Vectors>
static void sweep(const Conv1dPiece& piece) {
  for (int64_t at = 0; at < piece.positions;) at += blocks<Block, Vectors>(piece, at);
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
