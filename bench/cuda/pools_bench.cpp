// max_pool1d, avg_pool1d and their gradients at the shapes of EQTransformer: gpu:: against cuDNN. Our maximum also
// writes where it was, which is all that our gradient reads; cuDNN's gradient reads x, y and dy instead.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<PoolProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->in(p->x)), dx = (*gpu)(p->in(p->dx));
  const auto y = (*gpu)(p->out(p->y)), dy = (*gpu)(p->out(p->dy));
  const auto argmax = (*gpu)(p->out(p->argmax));
  return case_on_gpu(p, gpu, [=] {
    if (p->average) p->backward ? gpu::avg_pool1d_backward(dy, p->pool, dx) : gpu::avg_pool1d(x, p->pool, y);
    else if (p->backward) gpu::max_pool1d_backward(dy, argmax, p->pool, dx);
    else gpu::max_pool1d(x, p->pool, y, argmax);
  });
}

void add(Contests& contests, const PoolShape& s, int64_t windows, bool average, bool backward) {
  const auto entrants = [=]() -> std::vector<Entrant> {
    const auto p = std::make_shared<PoolProblem>(PoolProblem{s, windows, backward, average});
    return {{"ours", [=] { return ours(p); }},
            {"cuDNN", [=] { return average ? cudnn::avg_pool1d(p) : cudnn::max_pool1d(p); }}};
  };
  const std::string op = average ? "avg_pool1d" : "max_pool1d";
  contests.push_back({op + (backward ? "_backward/" : "/") + s.name, "strict", entrants});
}

}  // namespace

void add_pools(Contests& contests, int64_t windows) {
  for (const bool average : {false, true})
    for (const bool backward : {false, true})
      for (const PoolShape& s : pool_shapes) add(contests, s, windows, average, backward);
}

}  // namespace SEISGRAD
