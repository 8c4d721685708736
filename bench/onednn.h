// oneDNN 2.6 as a peer, on one thread. It chooses the layouts it likes best; bringing data into them and back is not
// timed, weights are packed before: its best case. Weak, as gpu:: is: a
// program built without oneDNN has null here.
#pragma once
#include <memory>

#include "bench/conv1d_problem.h"
#include "bench/lstm_problem.h"
#include "bench/pool_problem.h"

namespace SEISGRAD::onednn {

[[gnu::weak]] Case conv1d(std::shared_ptr<Conv1dProblem> p);
[[gnu::weak]] Case max_pool1d(std::shared_ptr<PoolProblem> p);
[[gnu::weak]] Case lstm(std::shared_ptr<LstmProblem> p);  // forward

}  // namespace SEISGRAD::onednn
