// conv1d and its gradients at the shapes of EQTransformer: gpu:: against cuDNN's fastest float32 algorithm. Without a
// bias on either side: cuDNN would add it in a kernel of its own.
#include "bench/benches.h"
#include "bench/conv1d_problem.h"
#include "bench/cuda/harness.h"
#include "bench/cudnn.h"

namespace SEISGRAD {
namespace {

std::shared_ptr<Conv1dProblem> problem(const ConvShape& s, Direction direction) {
  return std::make_shared<Conv1dProblem>(Conv1dProblem{s, gpu_batch, direction, false});
}

Case ours(std::shared_ptr<Conv1dProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->in(p->x, p->s.in)), y = (*gpu)(p->in(p->y, p->s.out)), w = (*gpu)(p->weights(p->w));
  const auto dx = (*gpu)(p->in(p->dx, p->s.in)), dy = (*gpu)(p->in(p->dy, p->s.out)), dw = (*gpu)(p->weights(p->dw));
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                if (p->direction == Direction::forward) gpu::conv1d(x, w, p->bias_view(p->bias), p->conv, y);
                else if (p->direction == Direction::backward_data) gpu::conv1d_backward_data(dy, w, p->conv, dx);
                else gpu::conv1d_backward_weight(dy, x, p->conv, dw);
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work()};
}

}  // namespace

void register_conv1d() {
  for (const Direction direction : {Direction::forward, Direction::backward_data, Direction::backward_weight})
    for (const ConvShape& s : conv_shapes) {
      const std::string name = name_of(direction) + "/" + s.name + "/";
      register_case_on_gpu(name + "ours", [=] { return ours(problem(s, direction)); });
      register_case_on_gpu(name + "cuDNN", [=] { return cudnn::conv1d(problem(s, direction)); });
    }
}

}  // namespace SEISGRAD
