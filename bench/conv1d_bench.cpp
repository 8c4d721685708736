// conv1d and its gradients at the shapes of EQTransformer: cpu:: against oneDNN.
#include "bench/benches.h"
#include "bench/conv1d_problem.h"
#include "bench/harness.h"
#include "bench/onednn.h"

namespace SEISGRAD {
namespace {

Case ours(const ConvShape& shape, Direction direction) {
  const auto p = std::make_shared<Conv1dProblem>(Conv1dProblem{shape, batch, direction});
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [p] {
                const ConvShape& s = p->s;
                const auto x = p->in(p->x, s.in), y = p->in(p->y, s.out), dy = p->in(p->dy, s.out);
                const auto w = p->weights(p->w);
                if (p->direction == Direction::forward) cpu::conv1d(x, w, p->bias_view(p->bias), p->conv, y);
                else if (p->direction == Direction::backward_data)
                  cpu::conv1d_backward_data(dy, w, p->conv, p->in(p->dx, s.in));
                else cpu::conv1d_backward_weight(dy, x, p->conv, p->weights(p->dw));
              },
          .work = p->work()};
}

}  // namespace

void register_conv1d() {
  for (const Direction direction : {Direction::forward, Direction::backward_data, Direction::backward_weight})
    for (const ConvShape& s : conv_shapes) {
      const std::string name = name_of("conv1d", direction) + "/" + s.name + "/";
      register_case(name + "ours", [=] { return ours(s, direction); });
      if (onednn::conv1d)
        register_case(name + "oneDNN", [=] {
          return onednn::conv1d(std::make_shared<Conv1dProblem>(Conv1dProblem{s, batch, direction}));
        });
    }
}

}  // namespace SEISGRAD
