// conv1d_fused: gpu:: against what cuDNN fuses, strict and in tf32; among the strict ones ours on tensor cores with the
// error of float32 (tf32x3).
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<Conv1dFusedProblem> p, Precision precision) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(view<real, 3>(p->x, {p->N, p->s.in, p->steps}));
  const auto y = (*gpu)(view<real, 3>(p->y, {p->N, p->s.out, p->pooled}));
  const auto w = (*gpu)(p->weights(p->w));
  const auto row = [&](std::vector<real>& values) { return (*gpu)(p->row(values)); };
  const auto bias = row(p->bias);
  AroundConv1d<real> around =
      p->around<real>({row(p->gamma), row(p->beta), row(p->mean), row(p->var), static_cast<real>(p->epsilon)});
  around.precision = precision;
  Case c = case_on_gpu(p, gpu, [=] { gpu::conv1d_fused(x, w, bias, around, y); });
  c.other_arithmetic = precision == Precision::tf32x3;
  return c;
}

void add(Contests& contests, const FusedShape& s, int64_t windows, Precision precision) {
  const auto entrants = [=]() -> std::vector<Entrant> {
    const auto p = std::make_shared<Conv1dFusedProblem>(Conv1dFusedProblem{s, windows, precision});
    std::vector<Entrant> all = {{"ours", [=] { return ours(p, precision); }},
                                {"cuDNN graph", [=] { return cudnn::conv1d_fused_graph(p); }},
                                {"cuDNN bias+activation", [=] { return cudnn::conv1d_bias_activation(p); }}};
    if (precision == Precision::strict) all.push_back({"ours, tf32x3", [=] { return ours(p, Precision::tf32x3); }});
    return all;
  };
  contests.push_back({std::string("conv1d_fused/") + s.name, name_of(precision), entrants});
}

}  // namespace

void add_conv1d_fused(Contests& contests, int64_t windows) {
  for (const Precision precision : {Precision::strict, Precision::tf32}) {
    for (const FusedShape& s : fused_shapes) add(contests, s, windows, precision);
    add(contests, away_fused_shape, away_windows(windows), precision);
  }
}

}  // namespace SEISGRAD
