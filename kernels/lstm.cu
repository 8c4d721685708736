#include "kernels/lstm.cuh"

// One launch for all steps of all sequences and both directions, W x included.
namespace SEISGRAD::gpu {
namespace {

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
__device__ void keep_gates(const Cell& y, View<real, 3> gates, int64_t n, int64_t t, int64_t unit) {
  const int64_t H = gates.extent[2] / 4;
  gates(n, t, unit) = y.i, gates(n, t, H + unit) = y.f;
  gates(n, t, 2 * H + unit) = y.g, gates(n, t, 3 * H + unit) = y.o;
}

// H <= 16. A block owns two sequences. Half of its threads make W x + b of 48 steps for each, a thread eight steps of
// one unit; then the first warp goes through these steps, 16 lanes a sequence. z stays in shared memory: written out
// and read again it would be more bytes than x and h together.
constexpr int chunk = 48, steps_each = 8, groups = chunk / steps_each, tile = 16;
constexpr int half_block = few * groups;
struct Room {
  real z[chunk][4][2][few];
  real x[2][chunk][tile + 1], w[2][4][few][tile + 1];
};

// Which of the block's sequences a thread works for, by `half`.
struct Sequence {
  const LstmDirection<real>& of;
  int64_t n, N, T, H;

  __device__ Sequence(const Directions& all, int half)
      : of(all.direction[all.here()]),
        n(2 * all.block() + half),
        N(of.out.cells.extent[0]),
        T(of.out.cells.extent[1]),
        H(of.out.cells.extent[2]) {}
  __device__ bool has(int64_t unit) const { return n < N && unit < H; }
};

// z of the steps begin .. begin + 47; x and the masked W pass through shared memory in tiles of 16 channels.
__device__ void products(const Directions& all, int64_t begin, Room& room) {
  const int thread = static_cast<int>(threadIdx.x) % half_block, half = static_cast<int>(threadIdx.x) / half_block;
  const int unit = thread % few, group = thread / few;
  const Sequence mine(all, half);
  const LstmInput<real>& in = mine.of.in;
  const int64_t I = in.x.extent[2];
  real sum[4][steps_each];
#pragma unroll
  for (int g = 0; g < 4; ++g)
#pragma unroll
    for (int q = 0; q < steps_each; ++q) sum[g][q] = mine.has(unit) ? in.bias(g * mine.H + unit) : real(0);

  for (int64_t first = 0; first < I; first += tile) {
    for (int i = thread; i < chunk * tile; i += half_block) {
      const int64_t s = begin + i / tile, channel = first + i % tile;
      room.x[half][i / tile][i % tile] = mine.n < mine.N && s < mine.T && channel < I
                                             ? in.x(mine.n, Step(s, mine.T, mine.of.options).t, channel)
                                             : real(0);
    }
    for (int i = thread; i < 4 * few * tile; i += half_block) {
      const int g = i / (few * tile), row = i / tile % few;
      const int64_t channel = first + i % tile;
      room.w[half][g][row][i % tile] = mine.has(row) && channel < I ? in.weight(g * mine.H + row, channel) *
                                                                          mask_at(in.input_mask, g, mine.n, channel)
                                                                    : real(0);
    }
    __syncthreads();
#pragma unroll 4
    for (int k = 0; k < tile; ++k) {
      real w[4];
#pragma unroll
      for (int g = 0; g < 4; ++g) w[g] = room.w[half][g][unit][k];
#pragma unroll
      for (int q = 0; q < steps_each; ++q) {
        const real x = room.x[half][group + q * groups][k];
#pragma unroll
        for (int g = 0; g < 4; ++g) sum[g][q] = fma(w[g], x, sum[g][q]);
      }
    }
    __syncthreads();  // the tiles may be overwritten
  }
#pragma unroll
  for (int q = 0; q < steps_each; ++q)
#pragma unroll
    for (int g = 0; g < 4; ++g) room.z[group + q * groups][g][half][unit] = sum[g][q];
}

// The steps begin .. begin + 47 of 16 lanes, which hand h round by shuffles. h and c go on from chunk to chunk.
__device__ void few_units_steps(const Directions& all, int64_t begin, const Room& room, real& h, real& c) {
  const int half = static_cast<int>(threadIdx.x) / few, unit = static_cast<int>(threadIdx.x) % few;
  const Sequence mine(all, half);
  const LstmResult<real>& out = mine.of.out;
  real u[4][few];
  load_rows(mine.of.in, mine.n, unit, mine.has(unit), u);
  for (int64_t s = begin; s < begin + chunk && s < mine.T; ++s) {
    real z[4];
#pragma unroll
    for (int g = 0; g < 4; ++g) z[g] = room.z[s - begin][g][half][unit];
#pragma unroll
    for (int k = 0; k < few; ++k) {
      const real h_k = __shfl_sync(all_lanes, h, k, few);
#pragma unroll
      for (int g = 0; g < 4; ++g) z[g] = fma(u[g][k], h_k, z[g]);
    }
    const Cell y = cell(z, c, mine.of.options.gate);
    h = y.h, c = y.c;
    if (!mine.has(unit)) continue;
    const int64_t t = Step(s, mine.T, mine.of.options).t;
    out.h(mine.n, t, out.column + unit) = h;
    if (!out.gates.data) continue;
    out.cells(mine.n, t, unit) = c;
    keep_gates(y, out.gates, mine.n, t, unit);
  }
}

__global__ void __launch_bounds__(2 * half_block) few_units_kernel(Directions all) {
  Room& room = *dynamic_shared<Room>();
  const int64_t T = all.direction[0].out.cells.extent[1];
  real h = 0, c = 0;
  for (int64_t begin = 0; begin < T; begin += chunk) {
    products(all, begin, room);
    __syncthreads();
    // the others may go ahead with x and W, but cannot write z before this warp has joined them
    if (threadIdx.x < lanes) few_units_steps(all, begin, room, h, c);
  }
}

// Any H. A block owns eight sequences, a warp every eighth unit: its lanes share the 32 sums over W x and U h, four
// gates of eight sequences, so that rows of W and U are read in whole lines. h goes from warp to warp through `out`.
struct Sums {
  real of[4 * sequences];

  // += over k of a[rows of unit, k] b[sequence, t, column + k], masked or not
  template <bool masked>
  __device__ void add_columns(View<const real, 2> a, View<const real, 3> b, View<const real, 3> mask,
                              const int64_t (&n)[sequences], int64_t unit, int64_t t, int64_t column) {
    const int64_t K = a.extent[1], H = a.extent[0] / 4;
    for (int64_t k = threadIdx.x % lanes; k < K; k += lanes) {
      real w[4];
#pragma unroll
      for (int g = 0; g < 4; ++g) w[g] = a(g * H + unit, k);
#pragma unroll
      for (int i = 0; i < sequences; ++i) {
        const real value = b(n[i], t, column + k);
#pragma unroll
        for (int g = 0; g < 4; ++g)
          of[g * sequences + i] = fma(w[g], masked ? mask(g, n[i], k) * value : value, of[g * sequences + i]);
      }
    }
  }
  __device__ void add(View<const real, 2> a, View<const real, 3> b, View<const real, 3> mask,
                      const int64_t (&n)[sequences], int64_t unit, int64_t t, int64_t column) {
    if (mask.data) add_columns<true>(a, b, mask, n, unit, t, column);
    else add_columns<false>(a, b, mask, n, unit, t, column);
  }
};
__global__ void __launch_bounds__(many_warps* lanes) many_units_kernel(Directions all) {
  const LstmDirection<real>& d = all.direction[all.here()];
  const LstmResult<real>& out = d.out;
  const int64_t N = out.cells.extent[0], T = out.cells.extent[1], H = out.cells.extent[2];
  const int lane = static_cast<int>(threadIdx.x) % lanes, warp = static_cast<int>(threadIdx.x) / lanes;
  const int64_t first = all.block() * sequences, mine = first + lane;
  int64_t n[sequences];  // where there are fewer, the last one again
#pragma unroll
  for (int i = 0; i < sequences; ++i) n[i] = first + i < N ? first + i : N - 1;
  for (int64_t s = 0; s < T; ++s) {
    const Step step(s, T, d.options);
    for (int64_t unit = warp; unit < H; unit += many_warps) {
      Sums sums{};
      sums.add(d.in.weight, d.in.x, d.in.input_mask, n, unit, step.t, 0);
      if (s > 0) sums.add(d.in.recurrent, out.h, d.in.recurrent_mask, n, unit, step.last, out.column);
      const real sum = sum_each_over_lanes(sums.of);
      real z[4];
      for (int g = 0; g < 4; ++g)
        z[g] = __shfl_sync(all_lanes, sum, g * sequences + lane % sequences) + d.in.bias(g * H + unit);
      if (lane >= sequences || mine >= N) continue;
      const Cell y = cell(z, s > 0 ? out.cells(mine, step.last, unit) : real(0), d.options.gate);
      out.h(mine, step.t, out.column + unit) = y.h;
      out.cells(mine, step.t, unit) = y.c;
      if (out.gates.data) keep_gates(y, out.gates, mine, step.t, unit);
    }
    __syncthreads();  // h of this step is complete
  }
}

}  // namespace

void lstm(std::span<const LstmDirection<real>> directions) {
  const Directions all(directions);
  const auto [N, T, H] = directions[0].out.cells.extent;
  if (H <= few)
    launch(
        {.blocks = block_counts(ceil_div(N, 2) * all.count), .threads = 2 * half_block, .shared_bytes = sizeof(Room)},
        few_units_kernel, all);
  else
    launch({.blocks = block_counts(ceil_div(N, sequences) * all.count), .threads = many_warps * lanes},
           many_units_kernel, all);
}

}  // namespace SEISGRAD::gpu
