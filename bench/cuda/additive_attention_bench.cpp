// additive_attention and its gradient at the shapes of EQTransformer: gpu:: against a composition of cuBLAS and two
// kernels for the forward pass, since no library has it; the gradient alone.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<AttentionProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto on_gpu = [&](auto v) { return (*gpu)(v); };
  const auto a = p->parameters();
  const AttentionParameters parameters{on_gpu(a.query), on_gpu(a.key), on_gpu(a.bias), on_gpu(a.score),
                                       on_gpu(a.score_bias)};
  const auto r = p->result();
  const AttentionResult result{on_gpu(r.values), on_gpu(r.weights), on_gpu(r.q), on_gpu(r.k), on_gpu(r.peak)};
  const AttentionSaved saved{result.weights, result.q, result.k, result.peak};
  const auto w = p->working_room();
  const AttentionRoom room{on_gpu(w.e), on_gpu(w.q), on_gpu(w.k), on_gpu(w.h)};
  const auto g = p->gradients();
  const AttentionGradients gradients{on_gpu(g.x), on_gpu(g.query), on_gpu(g.key), on_gpu(g.bias), on_gpu(g.score)};
  const auto x = on_gpu(p->sequence(p->x, p->s.channels)), dvalues = on_gpu(p->sequence(p->dvalues, p->s.channels));
  return case_on_gpu(p, gpu, [=] {
    if (p->backward) gpu::additive_attention_backward(dvalues, x, parameters, p->options(), saved, room, gradients);
    else gpu::additive_attention(x, parameters, p->options(), result);
  });
}

}  // namespace

void add_additive_attention(Contests& contests, int64_t windows) {
  for (const bool backward : {false, true})
    for (const AttentionShape& s : attention_shapes) {
      const auto entrants = [=]() -> std::vector<Entrant> {
        const auto p = std::make_shared<AttentionProblem>(s, windows, backward);
        std::vector<Entrant> all = {{"ours", [=] { return ours(p); }}};
        if (!backward) all.push_back({"cuBLAS and two kernels", [=] { return attention_composition(p); }});
        return all;
      };
      contests.push_back(
          {std::string("additive_attention") + (backward ? "_backward/" : "/") + s.name, "strict", entrants});
    }
}

}  // namespace SEISGRAD
