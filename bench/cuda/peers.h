// The vendor's libraries as entrants, in the layouts they are fastest with; bringing data into those is not timed. In
// bench_cuda_emulated all of them throw Absent.
#pragma once
#include <memory>
#include <string>

#include "bench/additive_attention_problem.h"
#include "bench/batch_norm_problem.h"
#include "bench/conv1d_fused_problem.h"
#include "bench/conv1d_problem.h"
#include "bench/linear_problem.h"
#include "bench/lstm_problem.h"
#include "bench/pool_problem.h"
#include "bench/softmax_problem.h"

namespace SEISGRAD {

std::string peer_versions();

namespace cudnn {

// The fastest of the algorithms that cuDNN tries here on this shape, in the problem's precision; the label names it.
// REQUIRES: no bias.
Case conv1d(std::shared_ptr<Conv1dProblem> p);

// Convolution, norm as scale and shift, or bias, and relu as one graph, in channels first or last, by the fastest of
// the engines of the problem's precision; the label names it, Absent says why there is none. Pooling is a second call.
// The upsampled row is made outside the clock: cuDNN has no such operation.
Case conv1d_fused_graph(std::shared_ptr<Conv1dFusedProblem> p);
// The same by cudnnConvolutionBiasActivationForward, the norm multiplied into weights and bias beforehand.
Case conv1d_bias_activation(std::shared_ptr<Conv1dFusedProblem> p);

// Absent for a length that needs padding, which cuDNN has on both sides only.
Case max_pool1d(std::shared_ptr<PoolProblem> p);
Case avg_pool1d(std::shared_ptr<PoolProblem> p);

Case batch_norm(std::shared_ptr<BatchNormProblem> p);
Case softmax(std::shared_ptr<SoftmaxProblem> p);

enum class LstmAlgorithm { standard, persistent, persistent_small };
constexpr LstmAlgorithm lstm_algorithms[] = {LstmAlgorithm::standard, LstmAlgorithm::persistent,
                                             LstmAlgorithm::persistent_small};
inline std::string name_of(LstmAlgorithm a) {
  return a == LstmAlgorithm::standard     ? "standard"
         : a == LstmAlgorithm::persistent ? "persistent"
                                          : "persistent, small H";
}
// Forward as for training, with what the gradient needs; or forward and gradient together, because cuDNN's gradient
// spoils what it reads. Time comes first in its sequences.
Case lstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm);

}  // namespace cudnn

// cuBLAS in the problem's precision: CUBLAS_PEDANTIC_MATH or CUBLAS_TF32_TENSOR_OP_MATH.
Case cublas_linear(std::shared_ptr<LinearProblem> p);

// Forward: cuBLAS for the products, a kernel for the scores, one for the softmax, since no library has it. Strict.
Case attention_composition(std::shared_ptr<AttentionProblem> p);

}  // namespace SEISGRAD
