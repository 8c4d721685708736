#include "kernels/additive_attention.cuh"
#include "kernels/matmul.h"

// First de; then dq and dk, which recompute tanh for each pair rather than read it: T x T x U numbers are never stored.
namespace SEISGRAD::gpu {
namespace {

// de of four queries, a lane having every 32nd key. de holds the gradients of the weights in between.
__global__ void scores_backward_kernel(View<const real, 3> dvalues, View<const real, 3> x, AttentionSaved saved,
                                       View<real, 3> de) {
  const int64_t T = x.extent[1], C = x.extent[2], lane = threadIdx.x;
  const Group mine(T);
  real D[own] = {}, total[own] = {};
  for (int64_t s = lane; s < T; s += lanes) {
    const real* key = x.data + x.offset(mine.n, s, 0);
    real dweight[own] = {};
    for (int64_t c = 0; c < C; ++c) {
      const real value = key[c];
#pragma unroll
      for (int i = 0; i < own; ++i) dweight[i] = fma(dvalues(mine.n, mine.step(i), c), value, dweight[i]);
    }
#pragma unroll
    for (int i = 0; i < own; ++i) {
      const real weight = saved.weights(mine.n, mine.step(i), s);
      if (mine.has(i)) de(mine.n, mine.step(i), s) = dweight[i];
      D[i] = fma(weight, dweight[i], D[i]);
      total[i] += weight;
    }
  }
#pragma unroll
  for (int i = 0; i < own; ++i) {
    const int64_t t = mine.step(i), peak = saved.peak(mine.n, t);
    const real d = sum_over_lanes(D[i]), through_peak = d * (1 - sum_over_lanes(total[i]));
    for (int64_t s = lane; mine.has(i) && s < T; s += lanes) {
      real& e = de(mine.n, t, s);
      e = saved.weights(mine.n, t, s) * (e - d) - (s == peak ? through_peak : real(0));
    }
  }
}

// dq of four queries, or dk of four keys, a lane for each unit; the others of the pairs pass by one after another.
// Only q adds up what it gives to dscore. Outside a window de is 0, for all lanes alike, and costs next to nothing.
template <bool of_q>
__global__ void pairs_backward_kernel(View<const real, 1> score, AttentionSaved saved, View<const real, 3> de,
                                      View<real, 3> d, View<real, 3> h) {
  const int64_t T = d.extent[1], U = d.extent[2];
  const Group mine(T, ceil_div(U, lanes));
  const int64_t n = mine.n, u = mine.column * lanes + threadIdx.x;
  if (u >= U) return;
  const View<const real, 3> ours = of_q ? saved.q : saved.k, others = of_q ? saved.k : saved.q;
  real here[own], exponential[own], sum[own] = {}, sum_of_h[own] = {};
  bool all_safe = true;
#pragma unroll
  for (int i = 0; i < own; ++i) {
    here[i] = ours(n, mine.step(i), u);
    exponential[i] = exp(2 * here[i]);
    all_safe = all_safe && is_safe(here[i]);
  }
  for (int64_t j = 0; j < T; ++j) {
    real e[own];
    bool any = false;
#pragma unroll
    for (int i = 0; i < own; ++i) {
      e[i] = of_q ? de(n, mine.step(i), j) : de(n, j, mine.step(i));
      any = any || e[i] != 0;
    }
    if (!any) continue;
    const real there = others(n, j, u), exponential_there = exp(2 * there);
    const bool shared = all_safe && is_safe(there);
#pragma unroll
    for (int i = 0; i < own; ++i) {
      if (e[i] == 0) continue;
      const real tanh = tanh_of_exponential(shared ? exponential[i] * exponential_there : exp(2 * (here[i] + there)));
      sum[i] = fma(e[i], 1 - tanh * tanh, sum[i]);
      sum_of_h[i] = fma(e[i], tanh, sum_of_h[i]);
    }
  }
#pragma unroll
  for (int i = 0; i < own; ++i) {
    if (!mine.has(i)) return;
    d(n, mine.step(i), u) = score(u) * sum[i];
    if (of_q) h(n, mine.step(i), u) = sum_of_h[i];
  }
}

// A thread for each element of dx gathers what comes by the values, by q and by k.
__global__ void input_backward_kernel(View<const real, 3> dvalues, AttentionParameters p, AttentionSaved saved,
                                      View<const real, 3> dq, View<const real, 3> dk, View<real, 3> dx) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= dx.size()) return;
  const int64_t T = dx.extent[1], C = dx.extent[2], n = i / C / T, s = i / C % T, c = i % C;
  real sum = 0;
  for (int64_t t = 0; t < T; ++t) sum = fma(saved.weights(n, t, s), dvalues(n, t, c), sum);
  for (int64_t u = 0; u < dq.extent[2]; ++u) {
    sum = fma(dq(n, s, u), p.query(u, c), sum);
    sum = fma(dk(n, s, u), p.key(u, c), sum);
  }
  dx.data[i] = sum;
}

}  // namespace

void additive_attention_backward(View<const real, 3> dvalues, View<const real, 3> x, AttentionParameters p,
                                 AttentionOptions, AttentionSaved saved, AttentionRoom room, AttentionGradients d) {
  const int64_t N = x.extent[0], T = x.extent[1], C = x.extent[2], U = p.score.extent[0], rows = N * T;
  launch(warp_for_each_group(N, T), scores_backward_kernel, dvalues, x, saved, room.e);
  const Grid pairs = warp_for_each_group(N, T, ceil_div(U, lanes));
  launch(pairs, pairs_backward_kernel<true>, p.score, saved, room.e, room.q, room.h);
  launch(pairs, pairs_backward_kernel<false>, p.score, saved, room.e, room.k, room.h);
  if (d.x.data) launch(one_thread_each(d.x.size()), input_backward_kernel, dvalues, p, saved, room.q, room.k, d.x);

  const Strided x_rows{x.data, C, 1};
  if (d.query.data) product({room.q.data, 1, U}, x_rows, rows, zeros, Precision::strict, d.query);
  if (d.key.data) product({room.k.data, 1, U}, x_rows, rows, zeros, Precision::strict, d.key);
  if (d.bias.data) column_sums({room.q.data, {rows, U}}, d.bias);
  if (d.score.data) column_sums({room.h.data, {rows, U}}, d.score);
}

}  // namespace SEISGRAD::gpu
