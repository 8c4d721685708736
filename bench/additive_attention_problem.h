// additive_attention at a shape of the models; for the CPU's and the GPU's bench.
#pragma once
#include "bench/case.h"
#include "bench/shapes.h"
#include "kernels/additive_attention.h"

namespace SEISGRAD {

// Its memory in the precision T: the case itself in `real`, what is expected in double.
template <class T>
struct AttentionMemory {
  AttentionShape s;
  int64_t N;
  int64_t steps = N * s.steps;
  std::vector<T> x = room(steps * s.channels), query = room(s.units * s.channels), key = query, bias = room(s.units),
                 score = bias, score_bias = room(1);
  std::vector<T> values = x, weights = room(steps * s.steps), q = room(steps * s.units), k = q;
  std::vector<int32_t> peak = std::vector<int32_t>(static_cast<size_t>(steps));
  std::vector<T> dvalues = x, dx = x, dquery = query, dkey = query, dbias = bias, dscore = bias;
  std::vector<T> room_e = weights, room_q = q, room_k = q, room_h = q;

  static std::vector<T> room(int64_t n) { return std::vector<T>(static_cast<size_t>(n)); }
  AttentionOptions options() const { return {.width = s.width}; }
  View<T, 3> sequence(std::vector<T>& v, int64_t channels) { return view<T, 3>(v, {N, s.steps, channels}); }
  View<T, 2> matrix(std::vector<T>& v) { return view<T, 2>(v, {s.units, s.channels}); }
  View<T, 1> row(std::vector<T>& v) { return view<T, 1>(v, {static_cast<int64_t>(v.size())}); }
  View<int32_t, 2> peaks() { return view<int32_t, 2>(peak, {N, s.steps}); }

  AttentionParametersOf<T> parameters() {
    return {.query = matrix(query),
            .key = matrix(key),
            .bias = row(bias),
            .score = row(score),
            .score_bias = row(score_bias)};
  }
  AttentionResultOf<T> result() {
    return {.values = sequence(values, s.channels),
            .weights = sequence(weights, s.steps),
            .q = sequence(q, s.units),
            .k = sequence(k, s.units),
            .peak = peaks()};
  }
  AttentionSavedOf<T> saved() {
    return {
        .weights = sequence(weights, s.steps), .q = sequence(q, s.units), .k = sequence(k, s.units), .peak = peaks()};
  }
  AttentionRoomOf<T> working_room() {
    return {.e = sequence(room_e, s.steps),
            .q = sequence(room_q, s.units),
            .k = sequence(room_k, s.units),
            .h = sequence(room_h, s.units)};
  }
  AttentionGradientsOf<T> gradients() {
    return {.x = sequence(dx, s.channels),
            .query = matrix(dquery),
            .key = matrix(dkey),
            .bias = row(dbias),
            .score = row(dscore)};
  }
};

struct AttentionProblem : AttentionMemory<real> {
  bool backward;

  AttentionProblem(const AttentionShape& shape, int64_t windows, bool backward_pass)
      : AttentionMemory<real>{shape, windows}, backward(backward_pass) {}

  std::vector<Output> prepare(uint64_t seed) {
    AttentionMemory<double> wide{s, N};
    const auto fill = [&](std::vector<real>& v, std::vector<double>& w, const char* name) {
      fill_random(v, seed, name);
      w = widened(v);
    };
    fill(x, wide.x, "x"), fill(query, wide.query, "query"), fill(key, wide.key, "key");
    fill(bias, wide.bias, "bias"), fill(score, wide.score, "score"), fill(score_bias, wide.score_bias, "score_bias");
    fill(dvalues, wide.dvalues, "dvalues");
    reference::additive_attention<double>(wide.sequence(wide.x, s.channels), wide.parameters(), options(),
                                          wide.result());
    if (!backward) return {{"values", &values, wide.values}, {"weights", &weights, wide.weights}};
    weights.assign(wide.weights.begin(), wide.weights.end());
    q.assign(wide.q.begin(), wide.q.end());
    k.assign(wide.k.begin(), wide.k.end());
    peak = wide.peak;
    reference::additive_attention_backward<double>(wide.sequence(wide.dvalues, s.channels),
                                                   wide.sequence(wide.x, s.channels), wide.parameters(), options(),
                                                   wide.saved(), wide.working_room(), wide.gradients());
    return {{"dx", &dx, wide.dx},
            {"dquery", &dquery, wide.dquery},
            {"dkey", &dkey, wide.dkey},
            {"dbias", &dbias, wide.dbias},
            {"dscore", &dscore, wide.dscore}};
  }

  // The scores dominate: for each pair of steps and unit an addition, a tanh, a product and an addition. The maximum is
  // over all keys, so a width saves only part of the rest. Backward: the same again and three products more.
  Work work() const {
    const double pairs = static_cast<double>(steps * s.steps), units = static_cast<double>(s.units);
    const double products = static_cast<double>(steps * s.channels) * units * 2;
    const double seen = static_cast<double>(steps * (s.width ? s.width : s.steps)), C = static_cast<double>(s.channels);
    const double saved = static_cast<double>(2 * x.size() + weights.size() + q.size() + k.size());
    if (!backward) return {.flops = 2 * products + 4 * pairs * units + 2 * seen * C, .bytes = sizeof(real) * saved};
    return {.flops = 4 * products + 8 * seen * units + 4 * seen * C,
            .bytes = sizeof(real) * (saved + static_cast<double>(dx.size()))};
  }
};

}  // namespace SEISGRAD
