#include "kernels/lstm.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace SEISGRAD::reference {
namespace {

template <class T>
T activated(T z, GateActivation gate) {
  if (gate == GateActivation::sigmoid) return 1 / (1 + std::exp(-z));
  const T y = T(0.2) * z + T(0.5);
  return y < 0 ? T(0) : y > 1 ? T(1) : y;
}
// The slope of a gate, by its value.
template <class T>
T slope(T y, GateActivation gate) {
  if (gate == GateActivation::sigmoid) return y * (1 - y);
  return y > 0 && y < 1 ? T(0.2) : T(0);
}

template <class T>
T mask_at(View<const T, 3> mask, int64_t gate, int64_t n, int64_t k) {
  return mask.data ? mask(gate, n, k) : T(1);
}

// The step before t in the order of computation; outside 0..T-1 where t is the first.
int64_t before(int64_t t, LstmOptions options) { return options.reverse ? t + 1 : t - 1; }

void zero(const auto& view) { std::fill_n(view.data, view.data ? view.size() : 0, 0); }

}  // namespace

template <class T>
static void lstm_direction(const LstmInput<T>& in, LstmOptions options, const LstmResult<T>& out) {
  const auto [N, steps, I] = in.x.extent;
  const int64_t H = in.recurrent.extent[1];
  std::vector<T> gates(4 * H);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t s = 0; s < steps; ++s) {
      const int64_t t = options.reverse ? steps - 1 - s : s, last = before(t, options);
      for (int64_t r = 0; r < 4 * H; ++r) {
        const int64_t gate = r / H;
        T z = in.bias(r);
        for (int64_t i = 0; i < I; ++i) z += in.weight(r, i) * (in.x(n, t, i) * mask_at(in.input_mask, gate, n, i));
        for (int64_t k = 0; k < H && s > 0; ++k)
          z += in.recurrent(r, k) * (out.h(n, last, out.column + k) * mask_at(in.recurrent_mask, gate, n, k));
        gates[r] = gate == 2 ? std::tanh(z) : activated(z, options.gate);
        if (out.gates.data) out.gates(n, t, r) = gates[r];
      }
      for (int64_t j = 0; j < H; ++j) {
        const T i = gates[j], f = gates[H + j], g = gates[2 * H + j], o = gates[3 * H + j];
        out.cells(n, t, j) = (s > 0 ? f * out.cells(n, last, j) : T(0)) + i * g;
        out.h(n, t, out.column + j) = o * std::tanh(out.cells(n, t, j));
      }
    }
}

template <class T>
void lstm(std::span<const LstmDirection<T>> directions) {
  for (const LstmDirection<T>& d : directions) lstm_direction(d.in, d.options, d.out);
}

// Backward through time. What reaches h_t is dh_t and what the next step's z took of it; what reaches c_t is the share
// of h_t and what the next step's cell kept of it.
template <class T>
static void lstm_dz(View<const T, 3> dh, const LstmInput<T>& in, LstmOptions options, const LstmResult<T>& saved,
                    View<T, 3> dz) {
  const auto [N, steps, H] = saved.cells.extent;
  for (int64_t n = 0; n < N; ++n) {
    std::vector<T> dc(H, T(0));
    for (int64_t s = steps - 1; s >= 0; --s) {
      const int64_t t = options.reverse ? steps - 1 - s : s;
      const int64_t last = before(t, options), next = 2 * t - last;
      for (int64_t j = 0; j < H; ++j) {
        T d = dh(n, t, saved.column + j);
        for (int64_t r = 0; r < 4 * H && s + 1 < steps; ++r)
          d += in.recurrent(r, j) * dz(n, next, r) * mask_at(in.recurrent_mask, r / H, n, j);
        const T i = saved.gates(n, t, j), f = saved.gates(n, t, H + j);
        const T g = saved.gates(n, t, 2 * H + j), o = saved.gates(n, t, 3 * H + j);
        const T tanh_c = std::tanh(saved.cells(n, t, j));
        dc[j] += d * o * (1 - tanh_c * tanh_c);
        dz(n, t, j) = dc[j] * g * slope(i, options.gate);
        dz(n, t, H + j) = s > 0 ? dc[j] * saved.cells(n, last, j) * slope(f, options.gate) : T(0);
        dz(n, t, 2 * H + j) = dc[j] * i * (1 - g * g);
        dz(n, t, 3 * H + j) = d * tanh_c * slope(o, options.gate);
        dc[j] *= f;
      }
    }
  }
}

template <class T>
static void lstm_direction_backward(View<const T, 3> dh, const LstmDirection<T>& d, const LstmGradient<T>& out,
                                    View<T, 3> dx) {
  const LstmInput<T>& in = d.in;
  const auto [N, steps, H] = d.out.cells.extent;
  const int64_t I = in.x.extent[2];
  lstm_dz(dh, in, d.options, d.out, out.dz);
  zero(out.dweight), zero(out.drecurrent), zero(out.dbias);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t t = 0; t < steps; ++t)
      for (int64_t r = 0; r < 4 * H; ++r) {
        const int64_t gate = r / H, last = before(t, d.options);
        const T dz = out.dz(n, t, r);
        for (int64_t i = 0; i < I; ++i) {
          const T mask = mask_at(in.input_mask, gate, n, i);
          if (dx.data) dx(n, t, i) += dz * in.weight(r, i) * mask;
          if (out.dweight.data) out.dweight(r, i) += dz * in.x(n, t, i) * mask;
        }
        for (int64_t k = 0; k < H && out.drecurrent.data && 0 <= last && last < steps; ++k)
          out.drecurrent(r, k) += dz * d.out.h(n, last, d.out.column + k) * mask_at(in.recurrent_mask, gate, n, k);
        if (out.dbias.data) out.dbias(r) += dz;
      }
}

template <class T>
void lstm_backward(View<const T, 3> dh, std::span<const LstmDirection<T>> directions,
                   std::span<const LstmGradient<T>> gradients, View<T, 3> dx) {
  zero(dx);
  for (size_t d = 0; d < directions.size(); ++d) lstm_direction_backward(dh, directions[d], gradients[d], dx);
}

template LstmOf<float> lstm<float>;
template LstmOf<double> lstm<double>;
template LstmBackwardOf<float> lstm_backward<float>;
template LstmBackwardOf<double> lstm_backward<double>;

}  // namespace SEISGRAD::reference
