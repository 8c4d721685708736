#include "kernels/additive_attention.cuh"
#include "kernels/linear.h"

namespace SEISGRAD::gpu {
namespace {

// A score and its key. One goes before another if it is larger, or the earlier of equals; a NaN before all numbers.
struct Candidate {
  real score;
  int64_t key;

  __device__ bool before(const Candidate& other) const {
    const bool is_nan = score != score, other_is_nan = other.score != other.score;
    if (is_nan || other_is_nan) return is_nan && (!other_is_nan || key < other.key);
    return score > other.score || (score == other.score && key < other.key);
  }
};

__device__ Candidate best_over_lanes(Candidate best) {
  for (int distance = lanes / 2; distance > 0; distance /= 2) {
    const Candidate other{__shfl_xor_sync(all_lanes, best.score, distance),
                          __shfl_xor_sync(all_lanes, best.key, distance)};
    if (other.before(best)) best = other;
  }
  return best;
}

// score[i] += over the units u < count of weight[u] tanh(query + key), query i's u-th number being in lane u.
template <bool exponential>
__device__ void add_scores(real (&query)[own], const real* key, const real* weight, int count, real (&score)[own]) {
  if (exponential)
    for (real& q : query) q = exp(2 * q);
  for (int u = 0; u < count; ++u) {
    const real k = exponential ? exp(2 * key[u]) : key[u], w = weight[u];
#pragma unroll
    for (int i = 0; i < own; ++i) {
      const real q = __shfl_sync(all_lanes, query[i], u);
      score[i] = fma(w, tanh_of_exponential(exponential ? q * k : exp(2 * (q + k))), score[i]);
    }
  }
}

// A warp owns four queries, a lane every 32nd key. The weights' own memory holds first the scores, then E: each lane
// comes back to what it wrote itself, so nothing of size T is held in registers or shared memory and any T will do.
__global__ void attention_kernel(View<const real, 3> x, AttentionParameters p, AttentionOptions options,
                                 AttentionResult r) {
  const int64_t T = x.extent[1], C = x.extent[2], U = p.score.extent[0];
  const int64_t lane = threadIdx.x;
  const Group mine(T);
  real* e[own];
  Candidate best[own];
#pragma unroll
  for (int i = 0; i < own; ++i) {
    e[i] = r.weights.data + r.weights.offset(mine.n, mine.step(i), 0);
    best[i] = {-INFINITY, T};
  }

  for (int64_t first_key = 0; first_key < T; first_key += lanes) {
    const int64_t s = first_key + lane;
    const real* k = r.k.data + r.k.offset(mine.n, s < T ? s : T - 1, 0);
    real score[own];
#pragma unroll
    for (int i = 0; i < own; ++i) score[i] = p.score_bias(0);
    for (int64_t first = 0; first < U; first += lanes) {
      const int count = static_cast<int>(U - first < lanes ? U - first : lanes);
      real query[own];
      bool all_safe = true;
#pragma unroll
      for (int i = 0; i < own; ++i) {
        query[i] = lane < count ? r.q(mine.n, mine.step(i), first + lane) : real(0);
        all_safe = all_safe && is_safe(query[i]);
      }
      for (int u = 0; u < count; ++u) all_safe = all_safe && is_safe(k[first + u]);
      if (__all_sync(all_lanes, all_safe)) add_scores<true>(query, k + first, &p.score(first), count, score);
      else add_scores<false>(query, k + first, &p.score(first), count, score);
    }
    if (s >= T) break;
#pragma unroll
    for (int i = 0; i < own; ++i) {
      if (mine.has(i)) e[i][s] = score[i];
      if (Candidate{score[i], s}.before(best[i])) best[i] = {score[i], s};
    }
  }

#pragma unroll
  for (int i = 0; i < own; ++i) {
    const int64_t t = mine.step(i), begin = options.begin(t), end = options.end(t, T);
    best[i] = best_over_lanes(best[i]);
    real sum = 0;
    for (int64_t s = lane; mine.has(i) && s < T; s += lanes) {
      e[i][s] = begin <= s && s < end ? exp(e[i][s] - best[i].score) : real(0);
      sum += e[i][s];
    }
    sum = sum_over_lanes(sum) + static_cast<real>(options.epsilon);
    for (int64_t s = lane; mine.has(i) && s < T; s += lanes) e[i][s] /= sum;
    if (mine.has(i) && lane == 0) r.peak(mine.n, t) = static_cast<int32_t>(best[i].key);
  }

  __syncwarp();  // from here a lane reads weights that others wrote
  for (int64_t j = lane; j < own * C; j += lanes) {
    const int64_t t = mine.first + j / C, c = j % C;
    if (t >= T) return;
    real value = 0;
    for (int64_t s = options.begin(t); s < options.end(t, T); ++s)
      value = fma(r.weights(mine.n, t, s), x(mine.n, s, c), value);
    r.values(mine.n, t, c) = value;
  }
}

}  // namespace

void additive_attention(View<const real, 3> x, AttentionParameters p, AttentionOptions options, AttentionResult r) {
  const auto [N, T, C] = x.extent;
  const int64_t U = p.score.extent[0];
  linear({x.data, {N * T, C}}, p.query, p.bias, Precision::strict, {r.q.data, {N * T, U}});
  linear({x.data, {N * T, C}}, p.key, {nullptr, {U}}, Precision::strict, {r.k.data, {N * T, U}});
  launch(warp_for_each_group(N, T), attention_kernel, x, p, options, r);
}

}  // namespace SEISGRAD::gpu
