// max_pool1d and its gradient at the shapes of EQTransformer: cpu:: against oneDNN.
#include "bench/benches.h"
#include "bench/harness.h"
#include "bench/onednn.h"
#include "bench/pool_problem.h"

namespace SEISGRAD {
namespace {

Case ours(const PoolShape& shape, bool backward) {
  const auto p = std::make_shared<PoolProblem>(PoolProblem{shape, batch, backward});
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [p] {
                if (p->backward) cpu::max_pool1d_backward(p->out(p->dy), p->out(p->argmax), p->pool, p->in(p->dx));
                else cpu::max_pool1d(p->in(p->x), p->pool, p->out(p->y), p->out(p->argmax));
              },
          .work = p->work()};
}

}  // namespace

void register_max_pool1d() {
  for (const bool backward : {false, true})
    for (const PoolShape& s : pool_shapes) {
      const std::string name = std::string("max_pool1d") + (backward ? "_backward/" : "/") + s.name + "/";
      register_case(name + "ours", [=] { return ours(s, backward); });
      if (onednn::max_pool1d)
        register_case(name + "oneDNN", [=] {
          return onednn::max_pool1d(std::make_shared<PoolProblem>(PoolProblem{s, batch, backward}));
        });
    }
}

}  // namespace SEISGRAD
