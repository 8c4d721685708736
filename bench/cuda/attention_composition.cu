// additive_attention as one builds it from a library (bench/cuda/peers.h).
#include "bench/cuda/cublas.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"
#include "kernels/simt.h"

namespace SEISGRAD {
namespace {

// A thread owns one e[n,t,s].
__global__ void scores(View<const real, 3> q, View<const real, 3> k, AttentionParameters p, View<real, 3> e) {
  const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x, T = q.extent[1], U = q.extent[2];
  if (i >= e.size()) return;
  const int64_t s = i % T, t = i / T % T, n = i / T / T;
  real sum = p.score_bias.data[0];
  for (int64_t u = 0; u < U; ++u) sum += p.score(u) * tanh(q(n, t, u) + p.bias(u) + k(n, s, u));
  e.data[i] = sum;
}

// A warp owns one row of weights and overwrites its scores.
__global__ void softmax_rows(View<real, 3> weights, AttentionOptions options) {
  const int64_t row = (int64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32, T = weights.extent[2];
  if (row >= weights.extent[0] * T) return;
  const int lane = static_cast<int>(threadIdx.x % 32);
  const int64_t begin = options.begin(row % T), end = options.end(row % T, T);
  real* e = weights.data + row * T;
  real largest = e[0];
  for (int64_t s = lane; s < T; s += 32) largest = fmax(largest, e[s]);
  for (int step = 16; step > 0; step /= 2) largest = fmax(largest, __shfl_xor_sync(0xffffffff, largest, step));
  real sum = 0;
  for (int64_t s = lane; s < T; s += 32) {
    e[s] = begin <= s && s < end ? exp(e[s] - largest) : real(0);
    sum += e[s];
  }
  for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(0xffffffff, sum, step);
  for (int64_t s = lane; s < T; s += 32) e[s] /= sum + static_cast<real>(options.epsilon);
}

}  // namespace

Case attention_composition(std::shared_ptr<AttentionProblem> p) {
  static_assert(sizeof(real) == 4, "the composition calls cuBLAS in float32");
  const auto gpu = std::make_shared<OnGpu>();
  const auto on_gpu = [&](auto v) { return (*gpu)(v); };
  const auto a = p->parameters();
  const AttentionParameters parameters{on_gpu(a.query), on_gpu(a.key), on_gpu(a.bias), on_gpu(a.score),
                                       on_gpu(a.score_bias)};
  const auto x = on_gpu(p->sequence(p->x, p->s.channels));
  const auto q = on_gpu(p->sequence(p->q, p->s.units)), k = on_gpu(p->sequence(p->k, p->s.units));
  const auto weights = on_gpu(p->sequence(p->weights, p->s.steps)),
             values = on_gpu(p->sequence(p->values, p->s.channels));
  const cublasHandle_t handle = cublas_handle(Precision::strict);
  const int N = static_cast<int>(p->N), T = static_cast<int>(p->s.steps), C = static_cast<int>(p->s.channels),
            U = static_cast<int>(p->s.units);
  const AttentionOptions options = p->options();
  const auto call = [=] {
    const float one = 1, zero = 0;
    // cuBLAS is column-major: a row-major (R,C) is its (C,R)
    for (const auto& [w, y] : {std::pair{parameters.query.data, q.data}, std::pair{parameters.key.data, k.data}})
      cublas_check(cublasSgemm(handle, CUBLAS_OP_T, CUBLAS_OP_N, U, N * T, C, &one, w, C, x.data, C, &zero, y, U),
                   "cublasSgemm");
    launch(one_thread_each(weights.size()), scores, q, k, parameters, weights);
    launch(one_thread_each(int64_t(N) * T * 32), softmax_rows, weights, options);
    cublas_check(cublasSgemmStridedBatched(handle, CUBLAS_OP_N, CUBLAS_OP_N, C, T, T, &one, x.data, C, int64_t(T) * C,
                                           weights.data, T, int64_t(T) * T, &zero, values.data, C, int64_t(T) * C, N),
                 "cublasSgemmStridedBatched");
  };
  return case_on_gpu(p, gpu, call);
}

}  // namespace SEISGRAD
