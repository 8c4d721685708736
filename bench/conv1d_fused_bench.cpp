// conv1d_fused at the shapes of EQTransformer's decoders (upsampling, convolution, relu), encoder (convolution, relu,
// pooling) and residual blocks (convolution, norm, relu), beside the same operators one after the other. FLOPs of a
// folded convolution are those of its taps.
#include "bench/benches.h"
#include "bench/conv1d_fused_problem.h"
#include "bench/harness.h"
#include "kernels/batch_norm.h"
#include "kernels/conv1d.h"
#include "kernels/elementwise.h"
#include "kernels/max_pool1d.h"
#include "kernels/upsample1d.h"

namespace SEISGRAD {
namespace {

struct Unfused {
  Conv1dFusedProblem& p;
  std::vector<real> doubled = p.values(p.s.in * p.s.length), sums = p.values(p.s.out * p.s.length), normed = sums,
                    active = sums;
  std::vector<int32_t> argmax = std::vector<int32_t>(p.y.size());

  void call() {
    const FusedShape& s = p.s;
    const auto flat = [](std::vector<real>& v) { return view<real, 1>(v, {static_cast<int64_t>(v.size())}); };
    const auto out = [&](std::vector<real>& v, int64_t length) { return view<real, 3>(v, {p.N, s.out, length}); };
    if (s.upsample == 2) cpu::upsample1d(flat(p.x), 2, flat(doubled));
    cpu::conv1d(view<real, 3>(s.upsample == 2 ? doubled : p.x, {p.N, s.in, s.length}), p.weights(p.w), p.row(p.bias),
                {.left = (s.kernel - 1) / 2, .right = s.kernel / 2}, out(sums, s.length));
    if (s.norm)
      cpu::batch_norm(out(sums, s.length), p.row(p.gamma), p.row(p.beta), p.row(p.mean), p.row(p.var),
                      static_cast<real>(p.epsilon), out(normed, s.length));
    cpu::relu(flat(s.norm ? normed : sums), flat(s.pool ? active : p.y));
    if (s.pool)
      cpu::max_pool1d(out(active, s.length), {.window = 2}, out(p.y, p.pooled),
                      view<int32_t, 3>(argmax, {p.N, s.out, p.pooled}));
  }
};

Case case_of(const FusedShape& s, bool fused) {
  const auto p = std::make_shared<Conv1dFusedProblem>(Conv1dFusedProblem{s, batch});
  Case c{.prepare = [p](uint64_t seed) { return p->prepare(seed); }, .call = {}, .work = p->work(fused)};
  if (fused) {
    c.call = [p] {
      cpu::conv1d_fused(view<real, 3>(p->x, {p->N, p->s.in, p->steps}), p->weights(p->w), p->row(p->bias),
                        p->around<real>(p->norm(p->gamma, p->beta, p->mean, p->var)),
                        view<real, 3>(p->y, {p->N, p->s.out, p->pooled}));
    };
  } else {
    const auto unfused = std::make_shared<Unfused>(Unfused{*p});
    c.call = [p, unfused] { unfused->call(); };
  }
  return c;
}

}  // namespace

void register_conv1d_fused() {
  for (const FusedShape& s : fused_shapes)
    for (const bool fused : {true, false})
      register_case(std::string("conv1d_fused/") + s.name + (fused ? "/ours" : "/unfused"),
                    [=] { return case_of(s, fused); });
}

}  // namespace SEISGRAD
