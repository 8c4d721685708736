// conv1d and its gradients: gpu:: against cuDNN's fastest algorithm, strict and in tf32; among the strict ones ours on
// tensor cores with the error of float32 (tf32x3). Without a bias: cuDNN would add it in a kernel of its own.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<Conv1dProblem> p, Precision precision) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->in(p->x, p->s.in)), y = (*gpu)(p->in(p->y, p->s.out)), w = (*gpu)(p->weights(p->w));
  const auto dx = (*gpu)(p->in(p->dx, p->s.in)), dy = (*gpu)(p->in(p->dy, p->s.out)), dw = (*gpu)(p->weights(p->dw));
  Convolution1d conv = p->conv;
  conv.precision = precision;
  Case c = case_on_gpu(p, gpu, [=] {
    if (p->direction == Direction::forward) gpu::conv1d(x, w, p->bias_view(p->bias), conv, y);
    else if (p->direction == Direction::backward_data) gpu::conv1d_backward_data(dy, w, conv, dx);
    else gpu::conv1d_backward_weight(dy, x, conv, dw);
  });
  c.other_arithmetic = precision == Precision::tf32x3;
  return c;
}

void add(Contests& contests, const ConvShape& s, int64_t windows, Direction direction, Precision precision) {
  const auto entrants = [=]() -> std::vector<Entrant> {
    const auto p = std::make_shared<Conv1dProblem>(Conv1dProblem{s, windows, direction, false});
    p->conv.precision = precision;
    std::vector<Entrant> all = {{"ours", [=] { return ours(p, precision); }},
                                {"cuDNN", [=] { return cudnn::conv1d(p); }}};
    if (precision == Precision::strict) all.push_back({"ours, tf32x3", [=] { return ours(p, Precision::tf32x3); }});
    return all;
  };
  contests.push_back({name_of("conv1d", direction) + "/" + s.name, name_of(precision), entrants});
}

}  // namespace

void add_conv1d(Contests& contests, int64_t windows) {
  for (const Precision precision : {Precision::strict, Precision::tf32})
    for (const Direction direction : directions) {
      for (const ConvShape& s : conv_shapes) add(contests, s, windows, direction, precision);
      add(contests, away_conv_shape, away_windows(windows), direction, precision);
    }
}

}  // namespace SEISGRAD
