#include "kernels/lstm.h"

#include <algorithm>
#include <functional>

#include "kernels/lstm.simd.h"
#include "kernels/matmul.simd.h"
#include "kernels/parallel.h"
#include "kernels/scratch.h"

// Forward: the products W x of all steps at once, then the steps. Backward: the steps give dz and, of all steps at
// once, dx = W^T dz; last the weights' gradients, a task for some of their rows that goes through the batch in order.
// A mask is multiplied into a copy of the weights for each sample.
namespace SEISGRAD::cpu {
namespace {

static_assert(lstm_padding == column_padding);  // arrays of the recurrence are factors of products

constexpr int64_t group = 4;      // sequences of a task, which share each load of a recurrent weight
constexpr int64_t row_task = 12;  // rows of a weight's gradient that a task makes: a tile of product_block

int64_t padded(int64_t n) { return (n + lstm_padding - 1) / lstm_padding * lstm_padding; }

// Which sample's mask, if any, weights are multiplied by: mask[gate, n, k].
struct Mask {
  View<const real, 3> all;
  int64_t n;
  real operator()(int64_t gate, int64_t k) const { return all.data ? all(gate, n, k) : real(1); }
};

// (4H,K) to (K, 4, Hp), so that the units of a gate are neighbours.
const real* pack_transposed(View<const real, 2> w, Mask mask, Scratch& scratch) {
  const int64_t H = w.extent[0] / 4, K = w.extent[1], Hp = padded(H);
  real* packed = scratch.get(K * 4 * Hp);
  std::fill_n(packed, K * 4 * Hp, real(0));
  for (int64_t gate = 0; gate < 4; ++gate)
    for (int64_t j = 0; j < H; ++j)
      for (int64_t k = 0; k < K; ++k) packed[(k * 4 + gate) * Hp + j] = w(gate * H + j, k) * mask(gate, k);
  return packed;
}
// (4H,K) to (4H,Kp)
const real* pack_rows(View<const real, 2> w, Mask mask, Scratch& scratch) {
  const int64_t R = w.extent[0], K = w.extent[1], Kp = padded(K);
  real* packed = scratch.get(R * Kp);
  std::fill_n(packed, R * Kp, real(0));
  for (int64_t r = 0; r < R; ++r)
    for (int64_t k = 0; k < K; ++k) packed[r * Kp + k] = w(r, k) * mask(r / (R / 4), k);
  return packed;
}

// Packed weights: once for all samples, or where there is a mask once for each.
template <auto pack>
class PackedWeights {
 public:
  PackedWeights(View<const real, 2> w, View<const real, 3> mask) : w_(w), mask_(mask) {
    if (!mask.data) pack(w, {}, shared_);
  }
  // Those of sample n and, without a mask, of all others; `own` keeps a copy that only this sample uses.
  const real* of(int64_t n, Scratch& own) { return mask_.data ? pack(w_, {mask_, n}, own) : shared_.get(0); }

 private:
  View<const real, 2> w_;
  View<const real, 3> mask_;
  Scratch shared_;
};

// body(n, count) for groups of samples that share their weights.
void in_groups(const LstmInput<real>& in, const std::function<void(int64_t n, int64_t count)>& body) {
  const int64_t N = in.x.extent[0], size = in.input_mask.data || in.recurrent_mask.data ? 1 : group;
  parallel_for((N + size - 1) / size, [&](int64_t g) { body(g * size, std::min(size, N - g * size)); });
}

LstmSteps steps_of(const LstmDirection<real>& d, int64_t samples) {
  return {.samples = samples,
          .steps = d.in.x.extent[1],
          .H = d.in.recurrent.extent[1],
          .h_row = d.out.h.extent[2],
          .hard_sigmoid = d.options.gate == GateActivation::hard_sigmoid,
          .reverse = d.options.reverse};
}

// Rows first..first+rows-1 of a weight's gradient: total[r,c] = sum over n, in order, of
// mask[gate of r, n, c] (sum over t < steps of dz[n, t + dz_shift, r] b[n, t + b_shift, b_column + c]).
struct RowsGradient {
  View<const real, 3> dz, b, mask;
  int64_t dz_shift, b_shift, b_column, steps;
  View<real, 2> total;

  void operator()(int64_t first, int64_t rows) const {
    if (!total.data) return;
    const int64_t N = dz.extent[0], T = dz.extent[1], R = dz.extent[2], C = total.extent[1], row = b.extent[2];
    thread_local Scratch last, masked;
    std::fill_n(total.data + first * C, rows * C, real(0));
    for (int64_t n = 0; n < N; ++n) {
      const real* factor = b.data + (n * T + b_shift) * row + b_column;
      if ((N - 1 - n) * T * row < column_padding) {  // product_block reads on past a row's end: not past the memory's
        const int64_t rest = std::max<int64_t>(steps * row - b_column, 0);
        factor = std::copy_n(factor, rest, last.get(rest + column_padding)) - rest;
      }
      real* sum = total.data + first * C;
      if (mask.data) std::fill_n(sum = masked.get(rows * C), rows * C, real(0));
      SIMD_BEST(product_block)
      (dz.data + (n * T + dz_shift) * R + first, 1, R, factor, row, steps, sum, C, rows, C);
      for (int64_t r = 0; r < rows && mask.data; ++r) {
        const real* m = mask.data + mask.offset((first + r) / (R / 4), n, 0);
        for (int64_t c = 0; c < C; ++c) total.data[(first + r) * C + c] += m[c] * sum[r * C + c];
      }
    }
  }
};

void bias_gradient(View<const real, 3> dz, int64_t first, int64_t rows, View<real, 1> total) {
  if (!total.data) return;
  const auto [N, T, R] = dz.extent;
  for (int64_t r = first; r < first + rows; ++r) total(r) = 0;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t r = first; r < first + rows; ++r) {
      real sum = 0;
      for (int64_t t = 0; t < T; ++t) sum += dz.data[(n * T + t) * R + r];
      total(r) += sum;
    }
}

void forward(const LstmDirection<real>& d) {
  const LstmInput<real>& in = d.in;
  const int64_t T = in.x.extent[1], I = in.x.extent[2], H = in.recurrent.extent[1], row = 4 * padded(H);
  PackedWeights<pack_transposed> weight(in.weight, in.input_mask), recurrent(in.recurrent, in.recurrent_mask);
  Scratch padded_bias;
  const real* bias = pack_transposed({in.bias.data, {4 * H, 1}}, {}, padded_bias);
  in_groups(in, [&](int64_t n, int64_t count) {
    thread_local Scratch z_memory, gates_memory, own_weight, own_recurrent;
    real* z = z_memory.get(count * T * row);
    for (int64_t i = 0; i < count * T; ++i) std::copy_n(bias, row, z + i * row);
    SIMD_BEST(product_block)
    (in.x.data + n * T * I, I, 1, weight.of(n, own_weight), row, I, z, row, count * T, row);
    real* const kept = d.out.gates.data;
    SIMD_BEST(lstm_forward_loop)
    ({.of = steps_of(d, count),
      .recurrent = recurrent.of(n, own_recurrent),
      .z = z,
      .h = d.out.h.data + n * T * d.out.h.extent[2] + d.out.column,
      .gates = kept ? kept + n * T * 4 * H : gates_memory.get(count * T * 4 * H),
      .cells = d.out.cells.data + n * T * H});
  });
}

// Adds its share to dx.
void backward(View<const real, 3> dh, const LstmDirection<real>& d, const LstmGradient<real>& out, View<real, 3> dx) {
  const LstmInput<real>& in = d.in;
  const LstmResult<real>& saved = d.out;
  const int64_t T = in.x.extent[1], I = in.x.extent[2], H = in.recurrent.extent[1], R = 4 * H;
  const View<const real, 2> none{nullptr, {0, 0}};
  PackedWeights<pack_rows> weight(dx.data ? in.weight : none, in.input_mask);
  PackedWeights<pack_rows> recurrent(in.recurrent, in.recurrent_mask);
  in_groups(in, [&](int64_t n, int64_t count) {
    thread_local Scratch dc, own_weight, own_recurrent;
    real* dz = out.dz.data + n * T * R;
    SIMD_BEST(lstm_backward_loop)
    ({.of = steps_of(d, count),
      .recurrent = recurrent.of(n, own_recurrent),
      .dh = dh.data + n * T * dh.extent[2] + saved.column,
      .gates = saved.gates.data + n * T * R,
      .cells = saved.cells.data + n * T * H,
      .dc = dc.get(count * padded(H)),
      .dz = dz});
    if (dx.data) SIMD_BEST(product_block)
    (dz, R, 1, weight.of(n, own_weight), padded(I), R, dx.data + n * T * I, I, count * T, I);
  });

  const int64_t later = d.options.reverse ? 0 : 1;  // z at t + later was made of h at t + 1 - later
  const View<const real, 3> dz = out.dz;
  const RowsGradient weight_rows{dz, in.x, in.input_mask, 0, 0, 0, T, out.dweight};
  const RowsGradient recurrent_rows{dz,        saved.h,      in.recurrent_mask,           later,
                                    1 - later, saved.column, std::max<int64_t>(T - 1, 0), out.drecurrent};
  parallel_for((R + row_task - 1) / row_task, [&](int64_t task) {
    const int64_t first = task * row_task, rows = std::min(row_task, R - first);
    weight_rows(first, rows);
    recurrent_rows(first, rows);
    bias_gradient(dz, first, rows, out.dbias);
  });
}

}  // namespace

void lstm(std::span<const LstmDirection<real>> directions) {
  for (const LstmDirection<real>& d : directions) forward(d);
}

void lstm_backward(View<const real, 3> dh, std::span<const LstmDirection<real>> directions,
                   std::span<const LstmGradient<real>> gradients, View<real, 3> dx) {
  if (dx.data) std::fill_n(dx.data, dx.size(), real(0));
  for (size_t i = 0; i < directions.size(); ++i) backward(dh, directions[i], gradients[i], dx);
}

}  // namespace SEISGRAD::cpu
