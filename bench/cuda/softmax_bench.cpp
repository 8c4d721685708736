// softmax over rows and its gradient: gpu:: against cuDNN.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {

static Case ours(std::shared_ptr<SoftmaxProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->in(p->x)), y = (*gpu)(p->in(p->y)), dx = (*gpu)(p->in(p->dx)), dy = (*gpu)(p->in(p->dy));
  return case_on_gpu(p, gpu, [=] { p->backward ? gpu::softmax_backward(dy, y, dx) : gpu::softmax(x, y); });
}

void add_softmax(Contests& contests, int64_t windows) {
  for (const bool backward : {false, true})
    for (const RowShape& s : row_shapes) {
      const auto entrants = [=]() -> std::vector<Entrant> {
        const auto p = std::make_shared<SoftmaxProblem>(SoftmaxProblem{windows * s.rows, s.values, backward});
        return {{"ours", [=] { return ours(p); }}, {"cuDNN", [=] { return cudnn::softmax(p); }}};
      };
      contests.push_back({std::string("softmax") + (backward ? "_backward/" : "/") + s.name, "strict", entrants});
    }
}

}  // namespace SEISGRAD
