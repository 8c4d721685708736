// max_pool1d and its gradient at the shapes of EQTransformer: gpu:: against cuDNN.
#include "bench/benches.h"
#include "bench/cuda/harness.h"
#include "bench/cudnn.h"
#include "bench/max_pool1d_problem.h"

namespace SEISGRAD {
namespace {

std::shared_ptr<MaxPool1dProblem> problem(const PoolShape& s, bool backward) {
  return std::make_shared<MaxPool1dProblem>(MaxPool1dProblem{s, gpu_batch, backward});
}

Case ours(std::shared_ptr<MaxPool1dProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->in(p->x)), dx = (*gpu)(p->in(p->dx));
  const auto y = (*gpu)(p->out(p->y)), dy = (*gpu)(p->out(p->dy));
  const auto argmax = (*gpu)(p->out(p->argmax));
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                if (p->backward) gpu::max_pool1d_backward(dy, argmax, p->pool, dx);
                else gpu::max_pool1d(x, p->pool, y, argmax);
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work()};
}

}  // namespace

void register_max_pool1d() {
  for (const bool backward : {false, true})
    for (const PoolShape& s : pool_shapes) {
      const std::string name = std::string("max_pool1d") + (backward ? "_backward/" : "/") + s.name + "/";
      register_case_on_gpu(name + "ours", [=] { return ours(problem(s, backward)); });
      register_case_on_gpu(name + "cuDNN", [=] { return cudnn::max_pool1d(problem(s, backward)); });
    }
}

}  // namespace SEISGRAD
