// additive_attention as one builds it from a library: cuBLAS for the products, a kernel for the scores, one for the
// softmax. Float32, TF32 off.
#pragma once
#include <memory>

#include "bench/additive_attention_problem.h"

namespace SEISGRAD {

Case attention_composition(std::shared_ptr<AttentionProblem> p);  // forward

}  // namespace SEISGRAD
