#include "kernels/lstm.simd.h"

#include "kernels/simd_math.h"

namespace SEISGRAD::SIMD {
namespace {

constexpr int block = lstm_block;
constexpr int vectors = block / width;                    // of a block
constexpr int tile_rows = 8 / vectors;                    // 8 registers of sums hide the latency of fma
constexpr int tile_samples = vector_bytes == 64 ? 4 : 2;  // four sums and four weights: 20 of 32, 12 of 16 registers

template <int i>
struct Index {
  constexpr operator int() const { return i; }
};
// f(0), f(1), ... f(n-1), each index a constant: arrays of vectors then stay in registers.
template <int n, class F>
[[gnu::always_inline]] inline void unroll(F f) {
  if constexpr (n > 0) {
    unroll<n - 1>(f);
    f(Index<n - 1>{});
  }
}
#define INLINE __attribute__((always_inline))

inline int64_t blocks(int64_t n) { return (n + block - 1) / block; }

// The first `count` values of a vector, or all of it where count is larger.
inline Vec load_first(const real* p, int64_t count) {
  if (count >= width) return load(p);
  real some[width] = {};
  for (int64_t i = 0; i < count; ++i) some[i] = p[i];
  return load(some);
}
inline void store_first(real* p, Vec v, int64_t count) {
  if (count >= width) return store(p, v);
  real some[width];
  store(some, v);
  for (int64_t i = 0; i < count; ++i) p[i] = some[i];
}

// `rows` rows and one block of columns: put(r, v, sum) gets sum over k < depth of a[r a_row + k a_step] b[k b_step
// ...].
template <int rows, class Start, class LoadB, class Put>
[[gnu::always_inline]] inline void tile(const real* a, int64_t a_row, int64_t a_step, int64_t depth, Start start,
                                        LoadB load_b, Put put) {
  Vec sum[rows][vectors];
  unroll<rows>([&](auto r) INLINE { unroll<vectors>([&](auto v) INLINE { sum[r][v] = start(v); }); });
  for (int64_t k = 0; k < depth; ++k, a += a_step) {
    Vec b[vectors];
    unroll<vectors>([&](auto v) INLINE { b[v] = load_b(k, v); });
    unroll<rows>([&](auto r) INLINE {
      unroll<vectors>([&](auto v) INLINE { sum[r][v] = fma(splat(a[r * a_row]), b[v], sum[r][v]); });
    });
  }
  unroll<rows>([&](auto r) INLINE { unroll<vectors>([&](auto v) INLINE { put(r, v, sum[r][v]); }); });
}

// body(first, Index<rows>): tiles of `most` rows, then halves of it for the rest.
template <int most, class F>
inline void in_tiles(int64_t rows, F body, int64_t first = 0) {
  for (; first + most <= rows; first += most) body(first, Index<most>{});
  if constexpr (most > 1) in_tiles<most / 2>(rows, body, first);
}

}  // namespace

void lstm_product_loop(const LstmProduct& p) {
  const int64_t step = p.side_by_side * block;
  in_tiles<tile_rows>(p.rows, [&](int64_t row, auto rows) {
    for (int64_t c = 0; c < p.columns; c += block) {
      const int64_t q = c / block;
      const real* b = p.packed + q / p.side_by_side * p.depth * step + q % p.side_by_side * block;
      const auto start = [&](int v) INLINE { return p.start ? load(p.start + c + v * width) : splat(0); };
      const auto load_b = [&](int64_t k, int v) INLINE { return load(b + k * step + v * width); };
      tile<rows>(p.a + row * p.depth, p.depth, 1, p.depth, start, load_b, [&](int r, int v, Vec sum) INLINE {
        store_first(p.y + (row + r) * p.y_row + c + v * width, sum, p.columns - c - v * width);
      });
    }
  });
}

void lstm_outer_loop(const LstmOuter& o) {
  const int64_t R = 4 * o.H;
  in_tiles<tile_rows>(
      o.first_row + o.rows,
      [&](int64_t row, auto rows) {
        for (int64_t c = 0; c < o.columns; c += block) {
          const auto load_b = [&](int64_t t, int v) INLINE {
            return load_first(o.b + t * o.columns + c + v * width, o.columns - c - v * width);
          };
          tile<rows>(
              o.dz + row, 1, R, o.steps, [](int) INLINE { return splat(0); }, load_b,
              [&](int r, int v, Vec sum) INLINE {
                const int64_t at = c + v * width, count = o.columns - at;
                if (count <= 0) return;
                real* total = o.total + (row + r) * o.columns + at;
                if (o.mask) sum *= load_first(o.mask + (row + r) / o.H * o.mask_gate + at, count);
                store_first(total, load_first(total, count) + sum, count);
              });
        }
      },
      o.first_row);
}

namespace {

inline Vec gate(Vec z, bool hard) { return hard ? hard_sigmoid(z) : sigmoid(z); }
inline Vec slope(Vec y, bool hard) {
  if (!hard) return y * (1 - y);
  const Vec below_one = y < splat(1) ? splat(real(0.2)) : splat(0);
  return y > splat(0) ? below_one : splat(0);
}

// One step of S sequences.
template <int S>
inline void forward_step(const LstmStepsForward& f, int64_t first, int64_t t, int64_t last, bool has_last) {
  const int64_t H = f.in.H, steps = f.in.steps, z_row = blocks(H) * 4 * block;
  const real* h_last = f.h + (first * steps + last) * H;
  for (int64_t unit = 0; unit < H; unit += width) {
    const int64_t inside = unit % block, count = H - unit;
    const int64_t at = unit / block * 4 * block + inside;
    Vec z[S][4];
    unroll<S>([&](auto s) INLINE {
      const real* row = f.z + ((first + s) * steps + t) * z_row + at;
      unroll<4>([&](auto g) INLINE { z[s][g] = load(row + g * block); });
    });
    const real* u = f.in.recurrent + unit / block * H * 4 * block + inside;
    for (int64_t k = 0; k < (has_last ? H : 0); ++k, u += 4 * block) {
      Vec w[4];
      unroll<4>([&](auto g) INLINE { w[g] = load(u + g * block); });
      unroll<S>([&](auto s) INLINE {
        const Vec h = splat(h_last[s * steps * H + k]);
        unroll<4>([&](auto g) INLINE { z[s][g] = fma(w[g], h, z[s][g]); });
      });
    }
    unroll<S>([&](auto s) INLINE {
      const int64_t row = (first + s) * steps + t, previous = (first + s) * steps + last;
      const Vec i = gate(z[s][0], f.in.hard_sigmoid), forget = gate(z[s][1], f.in.hard_sigmoid);
      const Vec g = tanh(z[s][2]), o = gate(z[s][3], f.in.hard_sigmoid);
      const Vec kept = has_last ? forget * load_first(f.cells + previous * H + unit, count) : splat(0);
      const Vec c = fma(i, g, kept);
      real* gates = f.gates + row * 4 * H + unit;
      store_first(gates, i, count), store_first(gates + H, forget, count);
      store_first(gates + 2 * H, g, count), store_first(gates + 3 * H, o, count);
      store_first(f.cells + row * H + unit, c, count);
      store_first(f.h + row * H + unit, o * tanh(c), count);
    });
  }
}

template <int S>
inline void backward_step(const LstmStepsBackward& b, int64_t first, int64_t t, int64_t last, bool has_last,
                          int64_t next, bool has_next) {
  const int64_t H = b.in.H, steps = b.in.steps, dc_row = blocks(H) * block;
  const bool hard = b.in.hard_sigmoid;
  const real* dz_next = b.dz + (first * steps + next) * 4 * H;
  for (int64_t unit = 0; unit < H; unit += width) {
    const int64_t count = H - unit;
    Vec sum[S][4];  // one for each gate: four chains of fma instead of one
    unroll<S>([&](auto s) INLINE { unroll<4>([&](auto g) INLINE { sum[s][g] = splat(0); }); });
    const real* u = b.in.recurrent + unit / block * 4 * H * block + unit % block;
    for (int64_t k = 0; k < (has_next ? H : 0); ++k, u += block) {
      Vec w[4];
      unroll<4>([&](auto g) INLINE { w[g] = load(u + g * H * block); });
      unroll<S>([&](auto s) INLINE {
        const real* dz = dz_next + s * steps * 4 * H + k;
        unroll<4>([&](auto g) INLINE { sum[s][g] = fma(w[g], splat(dz[g * H]), sum[s][g]); });
      });
    }
    unroll<S>([&](auto s) INLINE {
      const int64_t row = (first + s) * steps + t, previous = (first + s) * steps + last;
      const real* gates = b.gates + row * 4 * H + unit;
      const Vec i = load_first(gates, count), f = load_first(gates + H, count);
      const Vec g = load_first(gates + 2 * H, count), o = load_first(gates + 3 * H, count);
      const Vec tanh_c = tanh(load_first(b.cells + row * H + unit, count));
      const Vec c_last = has_last ? load_first(b.cells + previous * H + unit, count) : splat(0);
      const Vec dh = load_first(b.dh + row * H + unit, count) + ((sum[s][0] + sum[s][1]) + (sum[s][2] + sum[s][3]));
      real* carried = b.dc + (first + s) * dc_row + unit;
      const Vec dc = fma(dh * o, 1 - tanh_c * tanh_c, has_next ? load(carried) : splat(0));
      store(carried, dc * f);
      real* dz = b.dz + row * 4 * H + unit;
      store_first(dz, dc * g * slope(i, hard), count), store_first(dz + H, dc * c_last * slope(f, hard), count);
      store_first(dz + 2 * H, dc * i * (1 - g * g), count);
      store_first(dz + 3 * H, dh * tanh_c * slope(o, hard), count);
    });
  }
}

}  // namespace

void lstm_forward_loop(const LstmStepsForward& f) {
  in_tiles<tile_samples>(f.in.samples, [&](int64_t first, auto samples) {
    for (int64_t s = 0; s < f.in.steps; ++s) {
      const int64_t t = f.in.reverse ? f.in.steps - 1 - s : s, last = f.in.reverse ? t + 1 : t - 1;
      forward_step<samples>(f, first, t, s > 0 ? last : t, s > 0);
    }
  });
}

void lstm_backward_loop(const LstmStepsBackward& b) {
  in_tiles<tile_samples>(b.in.samples, [&](int64_t first, auto samples) {
    for (int64_t s = b.in.steps - 1; s >= 0; --s) {
      const int64_t t = b.in.reverse ? b.in.steps - 1 - s : s, last = b.in.reverse ? t + 1 : t - 1;
      const bool has_last = s > 0, has_next = s + 1 < b.in.steps;
      backward_step<samples>(b, first, t, has_last ? last : t, has_last, has_next ? 2 * t - last : t, has_next);
    }
  });
}

}  // namespace SEISGRAD::SIMD
