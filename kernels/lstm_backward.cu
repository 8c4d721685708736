#include "kernels/lstm.cuh"

// One launch for all steps makes dz; then dx = W^T dz; last the sums over batch and time.
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
__device__ Saved load(View<const real, 3> dh, LstmResult<const real> saved, int64_t n, int64_t t, int64_t unit) {
  const int64_t H = saved.h.extent[2];
  return {dh(n, t, unit),
          saved.gates(n, t, unit),
          saved.gates(n, t, H + unit),
          saved.gates(n, t, 2 * H + unit),
          saved.gates(n, t, 3 * H + unit),
          saved.cells(n, t, unit)};
}
// dz of one unit at one step. y.dh and dc: what reaches h and c from later steps; dc becomes what the step before gets.
__device__ void cell_backward(const Saved& y, real c_last, GateActivation activation, real& dc, real (&dz)[4]) {
  const real tanh_c = tanh(y.c);
  dc = fma(y.dh * y.o, 1 - tanh_c * tanh_c, dc);
  dz[0] = dc * y.g * slope(y.i, activation), dz[1] = dc * c_last * slope(y.f, activation);
  dz[2] = dc * y.i * (1 - y.g * y.g), dz[3] = y.dh * tanh_c * slope(y.o, activation);
  dc *= y.f;
}

// H <= 16, the lanes of few_units_kernel; each holds the column of U through which later steps took its h.
__global__ void few_units_backward_kernel(View<const real, 3> dh, LstmInput<real> in, LstmOptions options,
                                          LstmResult<const real> saved, View<real, 3> dz) {
  const int64_t N = dh.extent[0], T = dh.extent[1], H = dh.extent[2];
  const int64_t n = (int64_t{blockIdx.x} * blockDim.x + threadIdx.x) / few, unit = threadIdx.x % few;
  const bool mine = n < N && unit < H;
  real u[4][few];
#pragma unroll
  for (int g = 0; g < 4; ++g)
#pragma unroll
    for (int j = 0; j < few; ++j)
      u[g][j] = mine && j < H ? in.recurrent(g * H + j, unit) * mask_at(in.recurrent_mask, g, n, unit) : real(0);

  const auto at_step = [&](int64_t s) {
    return mine && s >= 0 ? load(dh, saved, n, Step(s, T, options).t, unit) : Saved{};
  };
  real dz_next[4] = {}, dc = 0;
  Saved last = at_step(T - 1);
  for (int64_t s = T - 1; s >= 0; --s) {
    Saved now = last;
    last = at_step(s - 1);  // a step ahead: it arrives while this one is computed
    real sum[4] = {};
#pragma unroll
    for (int j = 0; j < few; ++j)
#pragma unroll
      for (int g = 0; g < 4; ++g) sum[g] = fma(u[g][j], __shfl_sync(all_lanes, dz_next[g], j, few), sum[g]);
    now.dh += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    cell_backward(now, last.c, options.gate, dc, dz_next);
    if (mine)
      for (int g = 0; g < 4; ++g) dz(n, Step(s, T, options).t, g * H + unit) = dz_next[g];
  }
}

// A block owns a sequence and goes through its units 32 at a time, a lane each; warp w sums over rows w, w+8, ... of U,
// so that U is read in whole lines again, and warp 0 adds the eight sums.
__global__ void many_units_backward_kernel(View<const real, 3> dh, LstmInput<real> in, LstmOptions options,
                                           LstmResult<const real> saved, View<real, 3> dz) {
  SIMT_SHARED(sums, real[warps][lanes]);
  real* const dc = dynamic_shared<real>();  // of each unit
  const int64_t T = dh.extent[1], H = dh.extent[2], n = blockIdx.x;
  const int lane = threadIdx.x % lanes, warp = threadIdx.x / lanes;
  for (int64_t s = T - 1; s >= 0; --s) {
    const Step step(s, T, options);
    for (int64_t unit = lane; unit - lane < H; unit += lanes) {
      real sum = 0;
      for (int64_t r = warp; r < (s + 1 < T && unit < H ? 4 * H : 0); r += warps)
        sum = fma(in.recurrent(r, unit) * mask_at(in.recurrent_mask, r / H, n, unit), dz(n, step.next, r), sum);
      sums[warp][lane] = sum;
      __syncthreads();
      if (warp == 0 && unit < H) {
        Saved y = load(dh, saved, n, step.t, unit);
        for (int w = 0; w < warps; ++w) y.dh += sums[w][lane];
        real carried = s + 1 < T ? dc[unit] : real(0), d[4];
        cell_backward(y, s > 0 ? saved.cells(n, step.last, unit) : real(0), options.gate, carried, d);
        dc[unit] = carried;
        for (int g = 0; g < 4; ++g) dz(n, step.t, g * H + unit) = d[g];
      }
      __syncthreads();  // the sums may be overwritten, and after the last units dz of this step is complete
    }
  }
}

// dx = W^T dz, masked for each gate. A block owns 64 (sample, step) pairs and 16 channels of x.
__global__ void input_backward_kernel(View<const real, 3> dz, LstmInput<real> in, View<real, 3> dx) {
  SIMT_SHARED(ds, real[rows][tile + 1]);
  SIMT_SHARED(ws, real[tile][tile + 1]);
  const int64_t T = dx.extent[1], I = dx.extent[2], H = dz.extent[2] / 4, pairs = dx.extent[0] * T;
  const int64_t first = int64_t{blockIdx.x} * rows + threadIdx.y, i = int64_t{blockIdx.y} * tile + threadIdx.x;
  real total[tile_steps] = {};
  for (int64_t g = 0; g < 4; ++g) {
    real sum[tile_steps] = {};
    for (int64_t begin = 0; begin < H; begin += tile) {
      const int64_t column = begin + threadIdx.x, row = begin + threadIdx.y;
      for (int q = 0; q < tile_steps; ++q) {
        const int64_t pair = first + q * tile;
        ds[threadIdx.y + q * tile][threadIdx.x] =
            pair < pairs && column < H ? dz.data[pair * 4 * H + g * H + column] : real(0);
      }
      ws[threadIdx.y][threadIdx.x] = row < H && i < I ? in.weight(g * H + row, i) : real(0);
      __syncthreads();
      add_products(ds, ws, sum);
      __syncthreads();  // the tiles may be overwritten
    }
    for (int q = 0; q < tile_steps; ++q)
      if (const int64_t pair = first + q * tile; pair < pairs && i < I)
        total[q] = fma(sum[q], mask_at(in.input_mask, g, pair / T, i), total[q]);
  }
  for (int q = 0; q < tile_steps; ++q)
    if (const int64_t pair = first + q * tile; pair < pairs && i < I) dx.data[pair * I + i] = total[q];
}

constexpr int columns = 8;  // of the gradient a block makes, in lanes / columns rows

// d[W U b]: columns 0..I-1 are those of W, the next H those of U, the last one b. A block owns 4 x 8 of these sums, a
// lane each; warp w takes samples w, w+8, ... without waiting for the others, and warp 0 adds the eight sums.
__global__ void weights_kernel(View<const real, 3> dz, LstmInput<real> in, LstmOptions options, View<const real, 3> h,
                               LstmGradient<real> out) {
  SIMT_SHARED(sums, real[warps][lanes]);
  const auto [N, T, R] = dz.extent;
  const int64_t I = in.x.extent[2], H = R / 4;
  const int lane = threadIdx.x % lanes, warp = threadIdx.x / lanes;
  const int64_t row = int64_t{blockIdx.x} * (lanes / columns) + lane / columns;
  const int64_t column = int64_t{blockIdx.y} * columns + lane % columns, k = column - I;
  const bool of_u = 0 <= k && k < H, of_b = k == H;
  real* const to = row >= R || k > H  ? nullptr
                   : of_b             ? out.dbias.data ? &out.dbias(row) : nullptr
                   : of_u             ? out.drecurrent.data ? &out.drecurrent(row, k) : nullptr
                   : out.dweight.data ? &out.dweight(row, column)
                                      : nullptr;
  real total = 0;
  for (int64_t n = warp; n < N && to; n += warps) {
    // z at time t + shift was made of h at time t + 1 - shift
    const int64_t shift = of_u && !options.reverse ? 1 : 0, count = of_u ? T - 1 : T;
    const real* d = dz.data + (n * T + shift) * R + row;
    const real* b = of_u ? h.data + (n * T + 1 - shift) * H + k : in.x.data + n * T * I + column;
    real sum = 0;
    for (int64_t t = 0; t < count; ++t) sum = fma(d[t * R], of_b ? real(1) : b[t * (of_u ? H : I)], sum);
    total +=
        of_b ? sum
             : sum * (of_u ? mask_at(in.recurrent_mask, row / H, n, k) : mask_at(in.input_mask, row / H, n, column));
  }
  sums[warp][lane] = total;
  __syncthreads();
  if (warp > 0 || !to) return;
  total = 0;
  for (int w = 0; w < warps; ++w) total += sums[w][lane];
  *to = total;
}

}  // namespace

void lstm_backward(View<const real, 3> dh, const LstmInput<real>& in, LstmOptions options,
                   const LstmResult<const real>& saved, const LstmGradient<real>& out) {
  const auto [N, T, H] = dh.extent;
  const int64_t I = in.x.extent[2];
  if (H <= few) {
    launch(few_units(N), few_units_backward_kernel, dh, in, options, saved, out.dz);
  } else {
    Grid grid = block_each(N);
    grid.shared_bytes = H * sizeof(real);
    launch(grid, many_units_backward_kernel, dh, in, options, saved, out.dz);
  }
  if (out.dx.data)
    launch({.blocks = block_counts(ceil_div(N * T, rows), ceil_div(I, tile)), .threads = {tile, tile}},
           input_backward_kernel, out.dz, in, out.dx);
  launch({.blocks = block_counts(ceil_div(4 * H, lanes / columns), ceil_div(I + H + 1, columns)),
          .threads = warps * lanes},
         weights_kernel, out.dz, in, options, saved.h, out);
}

}  // namespace SEISGRAD::gpu
