#include "kernels/matmul.simd.h"

namespace SEISGRAD::SIMD {

// A tile of 12 x 2 vectors of sums fills 24 of AVX-512's 32 registers, 6 x 2 fill 12 of the 16 of the others.
constexpr int tile_rows = vector_bytes == 64 ? 12 : 6;

struct Factors {
  const real *a, *b;
  int64_t a_row, a_column, b_row, K;
};

// c[i,j] += the product, for Rows rows and Vecs vectors of columns. Sums live in registers; each is one chain over k.
template <int Rows, int Vecs>
static void tile(const Factors& f, real* c, int64_t c_row) {
  Vec sum[Rows][Vecs] = {};
  const real *a = f.a, *b = f.b;
  for (int64_t k = 0; k < f.K; ++k, a += f.a_column, b += f.b_row) {
    Vec v[Vecs];
#pragma GCC unroll 2
    for (int j = 0; j < Vecs; ++j) v[j] = load(b + j * width);
#pragma GCC unroll 12
    for (int i = 0; i < Rows; ++i) {
      const Vec factor = splat(a[i * f.a_row]);
#pragma GCC unroll 2
      for (int j = 0; j < Vecs; ++j) sum[i][j] = fma(factor, v[j], sum[i][j]);
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (int j = 0; j < Vecs; ++j) {
      real* p = c + i * c_row + j * width;
      store(p, load(p) + sum[i][j]);
    }
}

// The same where only `columns` of the tile's columns exist in c.
template <int Rows, int Vecs>
static void tile(const Factors& f, real* c, int64_t c_row, int64_t columns) {
  constexpr int64_t all = Vecs * width;
  if (columns >= all) return tile<Rows, Vecs>(f, c, c_row);
  real padded[Rows * all] = {};
  for (int64_t i = 0; i < Rows; ++i)
    for (int64_t j = 0; j < columns; ++j) padded[i * all + j] = c[i * c_row + j];
  tile<Rows, Vecs>(f, padded, all);
  for (int64_t i = 0; i < Rows; ++i)
    for (int64_t j = 0; j < columns; ++j) c[i * c_row + j] = padded[i * all + j];
}

// As many whole tiles of Rows rows as fit; advances f.a, c and rows past them.
template <int Rows>
static void down(Factors& f, real*& c, int64_t c_row, int64_t& rows, int64_t columns) {
  for (; rows >= Rows; rows -= Rows, f.a += Rows * f.a_row, c += Rows * c_row)
    if (columns > width) tile<Rows, 2>(f, c, c_row, columns);
    else tile<Rows, 1>(f, c, c_row, columns);
}

void product_block(const real* a, int64_t a_row, int64_t a_column, const real* b, int64_t b_row, int64_t K, real* c,
                   int64_t c_row, int64_t rows, int64_t columns) {
  for (int64_t j = 0; j < columns; j += 2 * width) {
    Factors f{a, b + j, a_row, a_column, b_row, K};
    real* at = c + j;
    int64_t left = rows;
    down<tile_rows>(f, at, c_row, left, columns - j);
    down<3>(f, at, c_row, left, columns - j);
    down<1>(f, at, c_row, left, columns - j);
  }
}

}  // namespace SEISGRAD::SIMD
