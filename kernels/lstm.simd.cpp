#include "kernels/lstm.simd.h"

#include "kernels/simd_math.h"

namespace SEISGRAD::SIMD {
namespace {

// Sequences at a time: each load of a weight serves them all. Four sums a sequence, four weights and one value of h
// take 21 of AVX-512's 32 registers, 13 of the 16 of the others.
constexpr int tile_samples = vector_bytes == 64 ? 4 : 2;

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

inline int64_t padded(int64_t H) { return (H + lstm_padding - 1) / lstm_padding * lstm_padding; }

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

// body(first, Index<how many>) for sequences in tiles, the rest one by one.
template <class F>
inline void in_tiles(int64_t samples, F body) {
  int64_t first = 0;
  for (; first + tile_samples <= samples; first += tile_samples) body(first, Index<tile_samples>{});
  for (; first < samples; ++first) body(first, Index<1>{});
}

inline Vec gate(Vec z, bool hard) { return hard ? hard_sigmoid(z) : sigmoid(z); }
inline Vec slope(Vec y, bool hard) {
  if (!hard) return y * (1 - y);
  const Vec below_one = y < splat(1) ? splat(real(0.2)) : splat(0);
  return y > splat(0) ? below_one : splat(0);
}

// One step of S sequences.
template <int S>
inline void forward_step(const LstmStepsForward& f, int64_t first, int64_t t, int64_t last, bool has_last) {
  const int64_t H = f.of.H, steps = f.of.steps, Hp = padded(H);
  const real* h_last = f.h + (first * steps + last) * f.of.h_row;
  for (int64_t unit = 0; unit < H; unit += width) {
    const int64_t count = H - unit;
    Vec z[S][4];
    unroll<S>([&](auto s) INLINE {
      const real* row = f.z + ((first + s) * steps + t) * 4 * Hp + unit;
      unroll<4>([&](auto g) INLINE { z[s][g] = load(row + g * Hp); });
    });
    const real* u = f.recurrent + unit;
    for (int64_t k = 0; k < (has_last ? H : 0); ++k, u += 4 * Hp) {
      Vec w[4];
      unroll<4>([&](auto g) INLINE { w[g] = load(u + g * Hp); });
      unroll<S>([&](auto s) INLINE {
        const Vec h = splat(h_last[s * steps * f.of.h_row + k]);
        unroll<4>([&](auto g) INLINE { z[s][g] = fma(w[g], h, z[s][g]); });
      });
    }
    unroll<S>([&](auto s) INLINE {
      const int64_t row = (first + s) * steps + t, previous = (first + s) * steps + last;
      const Vec i = gate(z[s][0], f.of.hard_sigmoid), forget = gate(z[s][1], f.of.hard_sigmoid);
      const Vec g = tanh(z[s][2]), o = gate(z[s][3], f.of.hard_sigmoid);
      const Vec kept = has_last ? forget * load_first(f.cells + previous * H + unit, count) : splat(0);
      const Vec c = fma(i, g, kept);
      real* gates = f.gates + row * 4 * H + unit;
      store_first(gates, i, count), store_first(gates + H, forget, count);
      store_first(gates + 2 * H, g, count), store_first(gates + 3 * H, o, count);
      store_first(f.cells + row * H + unit, c, count);
      store_first(f.h + row * f.of.h_row + unit, o * tanh(c), count);
    });
  }
}

template <int S>
inline void backward_step(const LstmStepsBackward& b, int64_t first, int64_t t, int64_t last, bool has_last,
                          int64_t next, bool has_next) {
  const int64_t H = b.of.H, steps = b.of.steps, Hp = padded(H);
  const bool hard = b.of.hard_sigmoid;
  const real* dz_next = b.dz + (first * steps + next) * 4 * H;
  for (int64_t unit = 0; unit < H; unit += width) {
    const int64_t count = H - unit;
    Vec sum[S][4];  // one for each gate: four chains of fma instead of one
    unroll<S>([&](auto s) INLINE { unroll<4>([&](auto g) INLINE { sum[s][g] = splat(0); }); });
    const real* u = b.recurrent + unit;
    for (int64_t k = 0; k < (has_next ? H : 0); ++k, u += Hp) {
      Vec w[4];
      unroll<4>([&](auto g) INLINE { w[g] = load(u + g * H * Hp); });
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
      const Vec dh =
          load_first(b.dh + row * b.of.h_row + unit, count) + ((sum[s][0] + sum[s][1]) + (sum[s][2] + sum[s][3]));
      real* carried = b.dc + (first + s) * Hp + unit;
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
  in_tiles(f.of.samples, [&](int64_t first, auto samples) {
    for (int64_t s = 0; s < f.of.steps; ++s) {
      const int64_t t = f.of.reverse ? f.of.steps - 1 - s : s, last = f.of.reverse ? t + 1 : t - 1;
      forward_step<samples>(f, first, t, s > 0 ? last : t, s > 0);
    }
  });
}

void lstm_backward_loop(const LstmStepsBackward& b) {
  in_tiles(b.of.samples, [&](int64_t first, auto samples) {
    for (int64_t s = b.of.steps - 1; s >= 0; --s) {
      const int64_t t = b.of.reverse ? b.of.steps - 1 - s : s, last = b.of.reverse ? t + 1 : t - 1;
      const bool has_last = s > 0, has_next = s + 1 < b.of.steps;
      backward_step<samples>(b, first, t, has_last ? last : t, has_last, has_next ? 2 * t - last : t, has_next);
    }
  });
}

}  // namespace SEISGRAD::SIMD
