// batch_norm: evaluation, a training step's forward pass (statistics and all), its gradient; gpu:: against cuDNN.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<BatchNormProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->sequence(p->x)), y = (*gpu)(p->sequence(p->y)), dx = (*gpu)(p->sequence(p->dx)),
             dy = (*gpu)(p->sequence(p->dy));
  const auto gamma = (*gpu)(p->row(p->gamma)), beta = (*gpu)(p->row(p->beta)), mean = (*gpu)(p->row(p->mean)),
             var = (*gpu)(p->row(p->var)), dgamma = (*gpu)(p->row(p->dgamma)), dbeta = (*gpu)(p->row(p->dbeta));
  const real epsilon = static_cast<real>(p->epsilon);
  return case_on_gpu(p, gpu, [=] {
    if (p->pass == NormPass::train_backward) {
      gpu::batch_norm_backward_parameters(dy, x, mean, var, epsilon, dgamma, dbeta);
      gpu::batch_norm_train_backward(dy, x, gamma, mean, var, epsilon, dgamma, dbeta, dx);
      return;
    }
    if (p->pass == NormPass::train) gpu::batch_statistics(x, mean, var);
    gpu::batch_norm(x, gamma, beta, mean, var, epsilon, y);
  });
}

}  // namespace

void add_batch_norm(Contests& contests, int64_t windows) {
  const std::pair<NormPass, std::string> passes[] = {{NormPass::eval, "batch_norm_eval/"},
                                                     {NormPass::train, "batch_norm_train/"},
                                                     {NormPass::train_backward, "batch_norm_train_backward/"}};
  for (const auto& [pass, op] : passes)
    for (const NormShape& s : norm_shapes) {
      const int64_t N = s.channels > 64 ? away_windows(windows) : windows;
      const auto entrants = [s, N, kind = pass]() -> std::vector<Entrant> {
        const auto p = std::make_shared<BatchNormProblem>(BatchNormProblem{s, N, kind});
        return {{"ours", [=] { return ours(p); }}, {"cuDNN", [=] { return cudnn::batch_norm(p); }}};
      };
      contests.push_back({op + s.name, "strict", entrants});
    }
}

}  // namespace SEISGRAD
