#include "kernels/lstm.h"

#include <algorithm>
#include <vector>

#include "kernels/lstm.simd.h"
#include "kernels/parallel.h"

// Three passes. Forward: the products W x of all steps at once, then the steps, whose vectors hold neighbouring units.
// Backward: the steps give dz and, of all steps at once, dx = W^T dz; last the weights, a task for some of their rows
// that goes through the batch in order. A mask is multiplied into a copy of the weights for each sample.
namespace SEISGRAD::cpu {
namespace {

constexpr int64_t group = 4;     // sequences a task takes: they share each load of a weight
constexpr int64_t row_task = 8;  // rows of a weight's gradient a task makes

int64_t padded(int64_t n) { return (n + lstm_block - 1) / lstm_block * lstm_block; }

// Which sample's mask, if any, weights are multiplied by: mask[gate, n, k].
struct Mask {
  View<const real, 3> all;
  int64_t n;
  real operator()(int64_t gate, int64_t k) const { return all.data ? all(gate, n, k) : real(1); }
};

void pack_by_gates(View<const real, 2> w, Mask mask, std::vector<real>& packed) {
  const int64_t H = w.extent[0] / 4, K = w.extent[1];
  packed.assign(padded(H) * 4 * K, 0);
  for (int64_t gate = 0; gate < 4; ++gate)
    for (int64_t j = 0; j < H; ++j) {
      real* to = packed.data() + ((j / lstm_block * K) * 4 + gate) * lstm_block + j % lstm_block;
      for (int64_t k = 0; k < K; ++k) to[k * 4 * lstm_block] = w(gate * H + j, k) * mask(gate, k);
    }
}

void pack_by_columns(View<const real, 2> w, Mask mask, std::vector<real>& packed) {
  const int64_t R = w.extent[0], H = R / 4, K = w.extent[1];
  packed.assign(R * padded(K), 0);
  for (int64_t r = 0; r < R; ++r)
    for (int64_t k = 0; k < K; ++k)
      packed[(k / lstm_block * R + r) * lstm_block + k % lstm_block] = w(r, k) * mask(r / H, k);
}

// Packed W and U: once for all samples, or where there is a mask once for each.
template <auto pack>
class PackedWeights {
 public:
  PackedWeights(View<const real, 2> w, View<const real, 3> mask) : w_(w), mask_(mask) {
    if (!mask.data) pack(w, {mask, 0}, shared_);
  }
  // Of a task's first sample; `own` keeps the copy that only this sample uses.
  const real* of(int64_t n, std::vector<real>& own) const {
    if (!mask_.data) return shared_.data();
    pack(w_, {mask_, n}, own);
    return own.data();
  }

 private:
  View<const real, 2> w_;
  View<const real, 3> mask_;
  std::vector<real> shared_;
};

struct Scratch {
  std::vector<real> weight, recurrent, work;
};
Scratch& scratch() {
  static thread_local Scratch mine;
  return mine;
}

// body(n, count) for groups of samples that share their weights.
void in_groups(const LstmInput<real>& in, const std::function<void(int64_t n, int64_t count)>& body) {
  const int64_t N = in.x.extent[0], size = in.input_mask.data || in.recurrent_mask.data ? 1 : group;
  parallel_for((N + size - 1) / size, [&](int64_t g) { body(g * size, std::min(size, N - g * size)); });
}

// dweight, drecurrent and dbias for some rows: each sample summed over time, then added to the total in order.
void gradient_of_rows(int64_t first, int64_t rows, const LstmInput<real>& in, LstmOptions options,
                      const LstmResult<const real>& saved, const LstmGradient<real>& out) {
  const auto [N, T, R] = out.dz.extent;
  const int64_t I = in.x.extent[2], H = R / 4;
  const int64_t later = options.reverse ? 0 : 1;  // z at t + later was made of h at t + 1 - later
  LstmOuter weight{.dz = nullptr,
                   .b = nullptr,
                   .steps = T,
                   .H = H,
                   .columns = I,
                   .first_row = first,
                   .rows = rows,
                   .mask = nullptr,
                   .mask_gate = N * I,
                   .total = out.dweight.data};
  LstmOuter recurrent{.dz = nullptr,
                      .b = nullptr,
                      .steps = T - 1,
                      .H = H,
                      .columns = H,
                      .first_row = first,
                      .rows = rows,
                      .mask = nullptr,
                      .mask_gate = N * H,
                      .total = out.drecurrent.data};
  if (weight.total) std::fill_n(weight.total + first * I, rows * I, real(0));
  if (recurrent.total) std::fill_n(recurrent.total + first * H, rows * H, real(0));
  if (out.dbias.data) std::fill_n(out.dbias.data + first, rows, real(0));
  for (int64_t n = 0; n < N; ++n) {
    const real* dz = out.dz.data + n * T * R;
    weight.dz = dz, weight.b = in.x.data + n * T * I;
    weight.mask = in.input_mask.data ? in.input_mask.data + n * I : nullptr;
    if (weight.total) SIMD_BEST(lstm_outer_loop)(weight);
    recurrent.dz = dz + later * R, recurrent.b = saved.h.data + (n * T + 1 - later) * H;
    recurrent.mask = in.recurrent_mask.data ? in.recurrent_mask.data + n * H : nullptr;
    if (recurrent.total) SIMD_BEST(lstm_outer_loop)(recurrent);
    for (int64_t r = first; r < first + rows && out.dbias.data; ++r) {
      real sum = 0;
      for (int64_t t = 0; t < T; ++t) sum += dz[t * R + r];
      out.dbias.data[r] += sum;
    }
  }
}

}  // namespace

void lstm(const LstmInput<real>& in, LstmOptions options, const LstmResult<real>& out) {
  const int64_t T = in.x.extent[1], I = in.x.extent[2], H = in.recurrent.extent[1], z_row = 4 * padded(H);
  const PackedWeights<pack_by_gates> weight(in.weight, in.input_mask), recurrent(in.recurrent, in.recurrent_mask);
  std::vector<real> bias;
  pack_by_gates({in.bias.data, {4 * H, 1}}, {{nullptr, {}}, 0}, bias);
  in_groups(in, [&](int64_t n, int64_t count) {
    Scratch& s = scratch();
    s.work.resize(count * T * z_row);
    SIMD_BEST(lstm_product_loop)
    ({.a = in.x.data + n * T * I,
      .rows = count * T,
      .depth = I,
      .packed = weight.of(n, s.weight),
      .side_by_side = 4,
      .start = bias.data(),
      .y = s.work.data(),
      .columns = z_row,
      .y_row = z_row});
    SIMD_BEST(lstm_forward_loop)
    ({.in = {count, T, H, options.gate == GateActivation::hard_sigmoid, options.reverse, recurrent.of(n, s.recurrent)},
      .z = s.work.data(),
      .h = out.h.data + n * T * H,
      .gates = out.gates.data + n * T * 4 * H,
      .cells = out.cells.data + n * T * H});
  });
}

void lstm_backward(View<const real, 3> dh, const LstmInput<real>& in, LstmOptions options,
                   const LstmResult<const real>& saved, const LstmGradient<real>& out) {
  const int64_t T = in.x.extent[1], I = in.x.extent[2], H = in.recurrent.extent[1], R = 4 * H;
  const View<const real, 2> none{nullptr, {0, 0}};
  const PackedWeights<pack_by_columns> weight(out.dx.data ? in.weight : none, in.input_mask);
  const PackedWeights<pack_by_columns> recurrent(in.recurrent, in.recurrent_mask);
  in_groups(in, [&](int64_t n, int64_t count) {
    Scratch& s = scratch();
    s.work.resize(count * padded(H));
    real* dz = out.dz.data + n * T * R;
    SIMD_BEST(lstm_backward_loop)
    ({.in = {count, T, H, options.gate == GateActivation::hard_sigmoid, options.reverse, recurrent.of(n, s.recurrent)},
      .dh = dh.data + n * T * H,
      .gates = saved.gates.data + n * T * R,
      .cells = saved.cells.data + n * T * H,
      .dc = s.work.data(),
      .dz = dz});
    if (out.dx.data) SIMD_BEST(lstm_product_loop)
    ({.a = dz,
      .rows = count * T,
      .depth = R,
      .packed = weight.of(n, s.weight),
      .side_by_side = 1,
      .start = nullptr,
      .y = out.dx.data + n * T * I,
      .columns = I,
      .y_row = I});
  });
  parallel_for((R + row_task - 1) / row_task, [&](int64_t task) {
    const int64_t first = task * row_task;
    gradient_of_rows(first, std::min(row_task, R - first), in, options, saved, out);
  });
}

}  // namespace SEISGRAD::cpu
