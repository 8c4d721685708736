// lstm (one direction, sigmoid gates, no dropout) at a shape of the models; for the CPU's and the GPU's bench.
#pragma once
#include <cmath>

#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/lstm.h"

namespace SEISGRAD {

// Its memory in the precision T: the case itself in `real`, what is expected in double.
template <class T>
struct LstmMemory {
  LstmShape s;
  int64_t N;
  std::vector<T> x = room(N * s.steps * s.in), weight = room(4 * s.units * s.in),
                 recurrent = room(4 * s.units * s.units), bias = room(4 * s.units);
  std::vector<T> h = room(N * s.steps * s.units), gates = room(N * s.steps * 4 * s.units), cells = h, dh = h;
  std::vector<T> dz = gates, dx = x, dweight = weight, drecurrent = recurrent, dbias = bias;

  static std::vector<T> room(int64_t n) { return std::vector<T>(static_cast<size_t>(n)); }
  View<T, 3> sequence(std::vector<T>& v, int64_t channels) { return view<T, 3>(v, {N, s.steps, channels}); }
  View<T, 2> matrix(std::vector<T>& v, int64_t columns) { return view<T, 2>(v, {4 * s.units, columns}); }

  LstmInput<T> input() {
    return {.x = sequence(x, s.in),
            .weight = matrix(weight, s.in),
            .recurrent = matrix(recurrent, s.units),
            .bias = view<T, 1>(bias, {4 * s.units}),
            .input_mask = {},
            .recurrent_mask = {}};
  }
  LstmResult<T> result() {
    return {.h = sequence(h, s.units), .gates = sequence(gates, 4 * s.units), .cells = sequence(cells, s.units)};
  }
  LstmDirection<T> direction() { return {.in = input(), .options = {}, .out = result()}; }
  LstmGradient<T> gradient() {
    return {.dz = sequence(dz, 4 * s.units),
            .dweight = matrix(dweight, s.in),
            .drecurrent = matrix(drecurrent, s.units),
            .dbias = view<T, 1>(dbias, {4 * s.units})};
  }
};

enum class LstmPass { forward, backward, both };

struct LstmProblem : LstmMemory<real> {
  LstmPass pass;

  LstmProblem(const LstmShape& shape, int64_t windows, LstmPass timed)
      : LstmMemory<real>{shape, windows}, pass(timed) {}

  std::vector<Output> prepare(uint64_t seed) {
    LstmMemory<double> wide{s, N};
    // 0.5 for the models' 16 units; with more of them such weights would make a chaos that magnifies every rounding
    const double largest = 2 / std::sqrt(static_cast<double>(s.units));
    const auto fill = [&](std::vector<real>& v, std::vector<double>& w, const char* name) {
      fill_random(v, seed, name, -largest, largest);
      w = widened(v);
    };
    fill(x, wide.x, "x"), fill(weight, wide.weight, "weight"), fill(recurrent, wide.recurrent, "recurrent");
    fill(bias, wide.bias, "bias"), fill(dh, wide.dh, "dh");
    const LstmDirection<double> direction[] = {wide.direction()};
    reference::lstm<double>(direction);
    if (pass == LstmPass::forward) return {{"h", &h, wide.h}};
    h.assign(wide.h.begin(), wide.h.end());
    gates.assign(wide.gates.begin(), wide.gates.end());
    cells.assign(wide.cells.begin(), wide.cells.end());
    const LstmGradient<double> gradients[] = {wide.gradient()};
    reference::lstm_backward<double>(wide.sequence(wide.dh, s.units), direction, gradients,
                                     wide.sequence(wide.dx, s.in));
    std::vector<Output> outputs = {{"dx", &dx, wide.dx},
                                   {"dweight", &dweight, wide.dweight},
                                   {"drecurrent", &drecurrent, wide.drecurrent},
                                   {"dbias", &dbias, wide.dbias}};
    if (pass == LstmPass::both) outputs.push_back({"h", &h, wide.h});
    return outputs;
  }

  // Forward: the two products, five functions and four more operations a unit and step. Backward: each product twice,
  // once for what went in and once for the weights.
  Work work() const {
    const double steps = static_cast<double>(N * s.steps), units = static_cast<double>(s.units);
    const double products = steps * 4 * units * static_cast<double>(s.in + s.units);
    const double saved = static_cast<double>(x.size() + h.size() + gates.size() + cells.size());
    const double parameters = static_cast<double>(weight.size() + recurrent.size() + bias.size());
    const Work forward{.flops = 2 * products + 9 * steps * units, .bytes = sizeof(real) * (saved + parameters)};
    const Work backward{.flops = 4 * products + 20 * steps * units,
                        .bytes = sizeof(real) * (saved + static_cast<double>(dx.size() + dh.size()) + 2 * parameters)};
    if (pass == LstmPass::forward) return forward;
    if (pass == LstmPass::backward) return backward;
    return {.flops = forward.flops + backward.flops, .bytes = forward.bytes + backward.bytes};
  }
};

}  // namespace SEISGRAD
