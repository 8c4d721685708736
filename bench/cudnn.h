// cuDNN as a peer, in float32 with TF32 off, in the layouts it is fastest with; bringing data into them is not timed.
#pragma once
#include <memory>
#include <string>

#include "bench/conv1d_problem.h"
#include "bench/lstm_problem.h"
#include "bench/max_pool1d_problem.h"

namespace SEISGRAD::cudnn {

std::string versions();  // of cuDNN and the CUDA runtime

// The fastest of the algorithms that cuDNN tries here on this shape; the label names it. REQUIRES: no bias.
Case conv1d(std::shared_ptr<Conv1dProblem> p);

// REQUIRES: a length that needs no padding, which cuDNN has on both sides only.
Case max_pool1d(std::shared_ptr<MaxPool1dProblem> p);

enum class LstmAlgorithm { standard, persistent, persistent_small };
constexpr LstmAlgorithm lstm_algorithms[] = {LstmAlgorithm::standard, LstmAlgorithm::persistent,
                                             LstmAlgorithm::persistent_small};
std::string name_of(LstmAlgorithm algorithm);
// Forward as for training, with what its gradient would need. Time comes first in its sequences.
Case lstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm);

}  // namespace SEISGRAD::cudnn
