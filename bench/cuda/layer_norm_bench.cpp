// layer_norm and its gradient: gpu:: alone. cuDNN's is of its graph API and takes rows of many more than 16 values.
#include "bench/layer_norm_problem.h"

#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"

namespace SEISGRAD {

static Case ours(std::shared_ptr<LayerNormProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->sequence(p->x)), y = (*gpu)(p->sequence(p->y)), dx = (*gpu)(p->sequence(p->dx)),
             dy = (*gpu)(p->sequence(p->dy));
  const auto gamma = (*gpu)(p->row(p->gamma)), beta = (*gpu)(p->row(p->beta)), dgamma = (*gpu)(p->row(p->dgamma)),
             dbeta = (*gpu)(p->row(p->dbeta));
  const real epsilon = static_cast<real>(p->epsilon);
  return case_on_gpu(p, gpu, [=] {
    if (!p->backward) return gpu::layer_norm(x, gamma, beta, epsilon, y);
    gpu::layer_norm_backward(dy, x, gamma, epsilon, dx);
    gpu::layer_norm_backward_parameters(dy, x, epsilon, dgamma, dbeta);
  });
}

void add_layer_norm(Contests& contests, int64_t windows) {
  for (const bool backward : {false, true}) {
    const auto entrants = [=]() -> std::vector<Entrant> {
      const auto p = std::make_shared<LayerNormProblem>(LayerNormProblem{windows, 47, 16, backward});
      return {{"ours", [=] { return ours(p); }}};
    };
    contests.push_back(
        {std::string("layer_norm") + (backward ? "_backward" : "") + "/transformer", "strict", entrants});
  }
}

}  // namespace SEISGRAD
