// bench_cuda_emulated has no peers: libraries need a GPU.
#include "bench/cuda/contest.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {

static Case absent() { throw Absent("no vendor's library on the emulator"); }

std::string peer_versions() { return "none: the SIMT emulator"; }

namespace cudnn {
Case conv1d(std::shared_ptr<Conv1dProblem>) { return absent(); }
Case conv1d_fused_graph(std::shared_ptr<Conv1dFusedProblem>) { return absent(); }
Case conv1d_bias_activation(std::shared_ptr<Conv1dFusedProblem>) { return absent(); }
Case max_pool1d(std::shared_ptr<PoolProblem>) { return absent(); }
Case avg_pool1d(std::shared_ptr<PoolProblem>) { return absent(); }
Case batch_norm(std::shared_ptr<BatchNormProblem>) { return absent(); }
Case softmax(std::shared_ptr<SoftmaxProblem>) { return absent(); }
Case lstm(std::shared_ptr<LstmProblem>, LstmAlgorithm) { return absent(); }
}  // namespace cudnn

Case cublas_linear(std::shared_ptr<LinearProblem>) { return absent(); }
Case attention_composition(std::shared_ptr<AttentionProblem>) { return absent(); }

}  // namespace SEISGRAD
