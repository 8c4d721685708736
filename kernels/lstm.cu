#include "kernels/lstm.cuh"

// The products W x + b of all steps, written where the gates will stand; then one launch for all steps.
namespace SEISGRAD::gpu {
namespace {

// z = W x + b. A block owns 64 (sample, step) pairs and 16 units of one gate, since x is masked for each gate.
__global__ void input_kernel(LstmInput<real> in, View<real, 3> z) {
  SIMT_SHARED(xs, real[rows][tile + 1]);
  SIMT_SHARED(ws, real[tile][tile + 1]);
  const int64_t T = in.x.extent[1], I = in.x.extent[2], H = z.extent[2] / 4, pairs = z.extent[0] * T;
  const int64_t first = int64_t{blockIdx.x} * rows + threadIdx.y, g = blockIdx.z;
  const int64_t units = int64_t{blockIdx.y} * tile, unit = units + threadIdx.x;
  real sum[tile_steps];
  for (int q = 0; q < tile_steps; ++q) sum[q] = unit < H ? in.bias(g * H + unit) : real(0);
  for (int64_t begin = 0; begin < I; begin += tile) {
    const int64_t i = begin + threadIdx.x, row = units + threadIdx.y;
    for (int q = 0; q < tile_steps; ++q) {
      const int64_t pair = first + q * tile;
      xs[threadIdx.y + q * tile][threadIdx.x] =
          pair < pairs && i < I ? in.x.data[pair * I + i] * mask_at(in.input_mask, g, pair / T, i) : real(0);
    }
    ws[threadIdx.x][threadIdx.y] = row < H && i < I ? in.weight(g * H + row, i) : real(0);
    __syncthreads();
    add_products(xs, ws, sum);
    __syncthreads();  // the tiles may be overwritten
  }
  for (int q = 0; q < tile_steps; ++q)
    if (const int64_t pair = first + q * tile; pair < pairs && unit < H) z.data[pair * 4 * H + g * H + unit] = sum[q];
}

__device__ real gate(real z, GateActivation activation) {
  if (activation == GateActivation::sigmoid) return 1 / (1 + exp(-z));
  const real y = real(0.2) * z + real(0.5);
  return y < 0 ? real(0) : y > 1 ? real(1) : y;
}
// What one unit keeps of one step.
struct Cell {
  real i, f, g, o, c, h;
};
__device__ Cell cell(const real (&z)[4], real c_last, GateActivation activation) {
  const real i = gate(z[0], activation), f = gate(z[1], activation), g = tanh(z[2]), o = gate(z[3], activation);
  const real c = fma(i, g, f * c_last);
  return {i, f, g, o, c, o * tanh(c)};
}
__device__ void store(const Cell& y, LstmResult<real> out, int64_t n, int64_t t, int64_t unit) {
  const int64_t H = out.h.extent[2];
  out.gates(n, t, unit) = y.i, out.gates(n, t, H + unit) = y.f;
  out.gates(n, t, 2 * H + unit) = y.g, out.gates(n, t, 3 * H + unit) = y.o;
  out.cells(n, t, unit) = y.c, out.h(n, t, unit) = y.h;
}
// H <= 16. Sixteen lanes own a sequence, each lane a unit and the four rows of U that make it. They hand h round by
// shuffles: no barrier, no shared memory, and a load only for what the next step needs.
__global__ void few_units_kernel(LstmInput<real> in, LstmOptions options, LstmResult<real> out) {
  const int64_t N = out.h.extent[0], T = out.h.extent[1], H = out.h.extent[2];
  const int64_t n = (int64_t{blockIdx.x} * blockDim.x + threadIdx.x) / few, unit = threadIdx.x % few;
  const bool mine = n < N && unit < H;
  real u[4][few];
#pragma unroll
  for (int g = 0; g < 4; ++g)
#pragma unroll
    for (int k = 0; k < few; ++k)
      u[g][k] = mine && k < H ? in.recurrent(g * H + unit, k) * mask_at(in.recurrent_mask, g, n, k) : real(0);

  const auto product_at_step = [&](int64_t s, real(&z)[4]) {
    for (int g = 0; g < 4; ++g) z[g] = mine && s < T ? out.gates(n, Step(s, T, options).t, g * H + unit) : real(0);
  };
  real next[4], h = 0, c = 0;
  product_at_step(0, next);
  for (int64_t s = 0; s < T; ++s) {
    real z[4] = {next[0], next[1], next[2], next[3]};
    product_at_step(s + 1, next);  // a step ahead: it arrives while this one is computed
#pragma unroll
    for (int k = 0; k < few; ++k) {
      const real h_k = __shfl_sync(all_lanes, h, k, few);
#pragma unroll
      for (int g = 0; g < 4; ++g) z[g] = fma(u[g][k], h_k, z[g]);
    }
    const Cell y = cell(z, c, options.gate);
    c = y.c, h = y.h;
    if (mine) store(y, out, n, Step(s, T, options).t, unit);
  }
}

// Any H. A block owns a sequence, a warp every eighth unit: its lanes share the four sums over k, so U is read in whole
// lines, and from the L2 cache, since no block could hold it. h goes from warp to warp through `out`.
__global__ void many_units_kernel(LstmInput<real> in, LstmOptions options, LstmResult<real> out) {
  const int64_t T = out.h.extent[1], H = out.h.extent[2], n = blockIdx.x;
  const int lane = threadIdx.x % lanes, warp = threadIdx.x / lanes;
  for (int64_t s = 0; s < T; ++s) {
    const Step step(s, T, options);
    for (int64_t unit = warp; unit < H; unit += warps) {
      real z[4] = {};
      for (int64_t k = lane; k < (s > 0 ? H : 0); k += lanes) {
        const real h = out.h(n, step.last, k);
#pragma unroll
        for (int g = 0; g < 4; ++g)
          z[g] = fma(in.recurrent(g * H + unit, k), h * mask_at(in.recurrent_mask, g, n, k), z[g]);
      }
#pragma unroll
      for (int g = 0; g < 4; ++g) {
        for (int distance = lanes / 2; distance > 0; distance /= 2) z[g] += __shfl_xor_sync(all_lanes, z[g], distance);
        if (lane == 0) z[g] += out.gates(n, step.t, g * H + unit);
      }
      if (lane == 0)
        store(cell(z, s > 0 ? out.cells(n, step.last, unit) : real(0), options.gate), out, n, step.t, unit);
    }
    __syncthreads();  // h of this step is complete
  }
}

}  // namespace

void lstm(const LstmInput<real>& in, LstmOptions options, const LstmResult<real>& out) {
  const auto [N, T, H] = out.h.extent;
  launch({.blocks = block_counts(ceil_div(N * T, rows), ceil_div(H, tile), 4), .threads = {tile, tile}}, input_kernel,
         in, out.gates);
  if (H <= few) launch(few_units(N), few_units_kernel, in, options, out);
  else launch(block_each(N), many_units_kernel, in, options, out);
}

}  // namespace SEISGRAD::gpu
