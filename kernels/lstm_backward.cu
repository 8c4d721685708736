#include "kernels/lstm.cuh"

// One launch for all steps of both directions makes dz; one makes dx = W^T dz, one the sums over batch and time.
namespace SEISGRAD::gpu {
namespace {

// The slope of a gate, by its value.
__device__ real slope(real y, GateActivation activation) {
  if (activation == GateActivation::sigmoid) return y * (1 - y);
  return y > 0 && y < 1 ? real(0.2) : real(0);
}

// What the gradient of one unit at one step needs.
struct Saved {
  real dh, i, f, g, o, c;
};
__device__ Saved load(View<const real, 3> dh, const LstmResult<real>& saved, int64_t n, int64_t t, int64_t unit) {
  const int64_t H = saved.cells.extent[2];
  return {dh(n, t, saved.column + unit),   saved.gates(n, t, unit),         saved.gates(n, t, H + unit),
          saved.gates(n, t, 2 * H + unit), saved.gates(n, t, 3 * H + unit), saved.cells(n, t, unit)};
}
// dz of one unit at one step. y.dh and dc: what reaches h and c from later steps; dc becomes what the step before gets.
__device__ void cell_backward(const Saved& y, real c_last, GateActivation activation, real& dc, real (&dz)[4]) {
  const real tanh_c = tanh(y.c);
  dc = fma(y.dh * y.o, 1 - tanh_c * tanh_c, dc);
  dz[0] = dc * y.g * slope(y.i, activation), dz[1] = dc * c_last * slope(y.f, activation);
  dz[2] = dc * y.i * (1 - y.g * y.g), dz[3] = y.dh * tanh_c * slope(y.o, activation);
  dc *= y.f;
}

constexpr int few_threads = 128, few_sequences = few_threads / few, ahead = 4;

// H <= 16. Sixteen lanes own a sequence, a lane a unit and its four rows of U: what a step's dz gives to all units of
// the step before is then 64 products of the lane's own, and 15 shuffles bring each unit its sum. What a step needs is
// loaded four steps ahead, about as long as memory takes.
__global__ void __launch_bounds__(few_threads) few_units_backward_kernel(View<const real, 3> dh, Directions all) {
  const LstmDirection<real>& d = all.direction[all.here()];
  const int64_t N = d.out.cells.extent[0], T = d.out.cells.extent[1], H = d.out.cells.extent[2];
  const int64_t n = all.block() * few_sequences + threadIdx.x / few, unit = threadIdx.x % few;
  const View<real, 3> dz = all.gradient[all.here()].dz;
  const bool mine = n < N && unit < H;
  real u[4][few];
  load_rows(d.in, n, unit, mine, u);

  const auto at_step = [&](int64_t s) {
    return mine && s >= 0 ? load(dh, d.out, n, Step(s, T, d.options).t, unit) : Saved{};
  };
  Saved loaded[ahead];
  for (int i = 0; i < ahead; ++i) loaded[i] = at_step(T - 1 - i);
  real dz_next[4] = {}, dc = 0;
  for (int64_t from = T - 1; from >= 0; from -= ahead) {
#pragma unroll
    for (int i = 0; i < ahead; ++i) {
      const int64_t s = from - i;
      Saved now = loaded[i];
      const real c_last = s > 0 ? loaded[(i + 1) % ahead].c : real(0);
      loaded[i] = at_step(s - ahead);
      real given[few];
#pragma unroll
      for (int k = 0; k < few; ++k)
        given[k] = fma(u[0][k], dz_next[0], u[1][k] * dz_next[1]) + fma(u[2][k], dz_next[2], u[3][k] * dz_next[3]);
      now.dh += sum_each_over_lanes(given);
      cell_backward(now, c_last, d.options.gate, dc, dz_next);
      if (mine && s >= 0)
        for (int g = 0; g < 4; ++g) dz(n, Step(s, T, d.options).t, g * H + unit) = dz_next[g];
    }
  }
}

constexpr int own = 2, wide = own * lanes;  // units of a lane, of a warp

// Any H. A block owns eight sequences and goes through its units 64 at a time, two a lane; two warps share the rows of
// U of a gate, which are read in whole lines again, and the block's threads add the eight sums. dc waits for its step
// in dz, where that step's will be written by the same thread.
__global__ void __launch_bounds__(many_warps* lanes)
    many_units_backward_kernel(View<const real, 3> dh, Directions all) {
  SIMT_SHARED(sums, real[many_warps][sequences][wide]);
  const LstmDirection<real>& d = all.direction[all.here()];
  const View<real, 3> dz = all.gradient[all.here()].dz;
  const int64_t N = d.out.cells.extent[0], T = d.out.cells.extent[1], H = d.out.cells.extent[2];
  const int lane = static_cast<int>(threadIdx.x) % lanes, warp = static_cast<int>(threadIdx.x) / lanes;
  const int g = warp % 4;
  const int64_t first = all.block() * sequences;
  const auto sequence = [&](int i) { return first + i < N ? first + i : N - 1; };
  for (int64_t s = T - 1; s >= 0; --s) {
    const Step step(s, T, d.options);
    for (int64_t units = 0; units < H; units += wide) {
      real sum[own][sequences] = {};
      for (int64_t j = warp / 4; j < (s + 1 < T ? H : 0); j += many_warps / 4) {
        real u[own];
#pragma unroll
        for (int q = 0; q < own; ++q) {
          const int64_t unit = units + q * lanes + lane;
          u[q] = unit < H ? d.in.recurrent(g * H + j, unit) : real(0);
        }
#pragma unroll
        for (int i = 0; i < sequences; ++i) {
          const real z = dz(sequence(i), step.next, g * H + j);
#pragma unroll
          for (int q = 0; q < own; ++q) sum[q][i] = fma(u[q], z, sum[q][i]);
        }
      }
#pragma unroll
      for (int q = 0; q < own; ++q)
#pragma unroll
        for (int i = 0; i < sequences; ++i)
          if (const int64_t unit = units + q * lanes + lane; unit < H)
            sums[warp][i][q * lanes + lane] = sum[q][i] * mask_at(d.in.recurrent_mask, g, sequence(i), unit);
      __syncthreads();
      for (int p = static_cast<int>(threadIdx.x); p < sequences * wide; p += many_warps * lanes) {
        const int64_t n = first + p / wide, unit = units + p % wide;
        if (n >= N || unit >= H) continue;
        Saved y = load(dh, d.out, n, step.t, unit);
        for (int w = 0; w < many_warps; ++w) y.dh += sums[w][p / wide][p % wide];
        real dc = s + 1 < T ? dz(n, step.t, unit) : real(0), of_z[4];
        cell_backward(y, s > 0 ? d.out.cells(n, step.last, unit) : real(0), d.options.gate, dc, of_z);
        for (int gate = 0; gate < 4; ++gate) dz(n, step.t, gate * H + unit) = of_z[gate];
        if (s > 0) dz(n, step.last, unit) = dc;
      }
      __syncthreads();  // the sums may be overwritten, and after the last units dz of this step is complete
    }
  }
}

constexpr int tile = 16, steps_each = 4, rows = tile * steps_each;

// dx = W^T dz, masked for each gate, of all directions. A block owns 64 (sample, step) pairs and 16 channels of x.
__global__ void input_backward_kernel(Directions all, View<real, 3> dx) {
  SIMT_SHARED(ds, real[rows][tile + 1]);
  SIMT_SHARED(ws, real[tile][tile + 1]);
  const int64_t T = dx.extent[1], I = dx.extent[2], pairs = dx.extent[0] * T;
  const int64_t first = int64_t{blockIdx.x} * rows + threadIdx.y, i = int64_t{blockIdx.y} * tile + threadIdx.x;
  real total[steps_each] = {};
  for (int gate = 0; gate < 4 * all.count; ++gate) {
    const int g = gate % 4;
    const LstmInput<real>& in = all.direction[gate / 4].in;
    const real* const dz = all.gradient[gate / 4].dz.data;
    const int64_t H = in.recurrent.extent[1];
    real sum[steps_each] = {};
    for (int64_t begin = 0; begin < H; begin += tile) {
      const int64_t column = begin + threadIdx.x, row = begin + threadIdx.y;
      for (int q = 0; q < steps_each; ++q) {
        const int64_t pair = first + q * tile;
        ds[threadIdx.y + q * tile][threadIdx.x] =
            pair < pairs && column < H ? dz[pair * 4 * H + g * H + column] : real(0);
      }
      ws[threadIdx.y][threadIdx.x] = row < H && i < I ? in.weight(g * H + row, i) : real(0);
      __syncthreads();
      for (int k = 0; k < tile; ++k)
#pragma unroll
        for (int q = 0; q < steps_each; ++q) sum[q] = fma(ds[threadIdx.y + q * tile][k], ws[k][threadIdx.x], sum[q]);
      __syncthreads();  // the tiles may be overwritten
    }
    for (int q = 0; q < steps_each; ++q)
      if (const int64_t pair = first + q * tile; pair < pairs && i < I)
        total[q] = fma(sum[q], mask_at(in.input_mask, g, pair / T, i), total[q]);
  }
  for (int q = 0; q < steps_each; ++q)
    if (const int64_t pair = first + q * tile; pair < pairs && i < I) dx.data[pair * I + i] = total[q];
}

constexpr int columns = 8, weight_warps = 8;  // columns of the gradient that a block makes, in lanes / columns rows

// d[W U b] of a direction: columns 0..I-1 are those of W, the next H those of U, the last one b. A block owns 4 x 8 of
// these sums, a lane each; warp w takes samples w, w + 8, ... without waiting for the others, and warp 0 adds the eight
// sums. Of a product of two small tiles too little would be reused to be worth a barrier.
__global__ void weights_kernel(Directions all) {
  SIMT_SHARED(sums, real[weight_warps][lanes]);
  const LstmDirection<real>& d = all.direction[blockIdx.z];
  const LstmGradient<real>& out = all.gradient[blockIdx.z];
  const LstmInput<real>& in = d.in;
  const int64_t N = out.dz.extent[0], T = out.dz.extent[1], R = out.dz.extent[2], H = R / 4, I = in.x.extent[2];
  const int lane = static_cast<int>(threadIdx.x) % lanes, warp = static_cast<int>(threadIdx.x) / lanes;
  const int64_t row = int64_t{blockIdx.x} * (lanes / columns) + lane / columns;
  const int64_t column = int64_t{blockIdx.y} * columns + lane % columns, k = column - I;
  const bool of_u = 0 <= k && k < H, of_b = k == H;
  real* const to = row >= R || k > H  ? nullptr
                   : of_b             ? out.dbias.data ? &out.dbias(row) : nullptr
                   : of_u             ? out.drecurrent.data ? &out.drecurrent(row, k) : nullptr
                   : out.dweight.data ? &out.dweight(row, column)
                                      : nullptr;
  // z at time t + shift was made of h at time t + 1 - shift
  const int64_t shift = of_u && !d.options.reverse ? 1 : 0, count = of_u ? T - 1 : T;
  const View<const real, 3> b = of_u ? View<const real, 3>(d.out.h) : in.x;
  const int64_t b_row = of_b ? 0 : b.extent[2], b_column = of_u ? d.out.column + k : of_b ? 0 : column;
  real total = 0;
  for (int64_t n = warp; n < N && to; n += weight_warps) {
    const real* dz = out.dz.data + (n * T + shift) * R + row;
    const real* from = b.data + (n * T + (of_u ? 1 - shift : 0)) * b.extent[2] + b_column;
    real sum = 0;
#pragma unroll 8
    for (int64_t t = 0; t < count; ++t) sum = fma(dz[t * R], of_b ? real(1) : from[t * b_row], sum);
    const real mask = of_u   ? mask_at(in.recurrent_mask, row / H, n, k)
                      : of_b ? real(1)
                             : mask_at(in.input_mask, row / H, n, column);
    total = fma(sum, mask, total);
  }
  sums[warp][lane] = total;
  __syncthreads();
  if (warp > 0 || !to) return;
  total = 0;
  for (int w = 0; w < weight_warps; ++w) total += sums[w][lane];
  *to = total;
}

}  // namespace

void lstm_backward(View<const real, 3> dh, std::span<const LstmDirection<real>> directions,
                   std::span<const LstmGradient<real>> gradients, View<real, 3> dx) {
  const Directions all(directions, gradients);
  const auto [N, T, H] = directions[0].out.cells.extent;
  const int64_t I = directions[0].in.x.extent[2], count = all.count;
  if (H <= few)
    launch({.blocks = block_counts(ceil_div(N, few_sequences) * count), .threads = few_threads},
           few_units_backward_kernel, dh, all);
  else
    launch({.blocks = block_counts(ceil_div(N, sequences) * count), .threads = many_warps * lanes},
           many_units_backward_kernel, dh, all);
  if (dx.data)
    launch({.blocks = block_counts(ceil_div(N * T, rows), ceil_div(I, tile)), .threads = {tile, tile}},
           input_backward_kernel, all, dx);
  launch({.blocks = block_counts(ceil_div(4 * H, lanes / columns), ceil_div(I + H + 1, columns), count),
          .threads = weight_warps * lanes},
         weights_kernel, all);
}

}  // namespace SEISGRAD::gpu
