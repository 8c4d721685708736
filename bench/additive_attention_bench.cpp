// additive_attention and its gradient at the shapes of EQTransformer. oneDNN has no counterpart.
#include "bench/additive_attention_problem.h"
#include "bench/benches.h"
#include "bench/harness.h"

namespace SEISGRAD {
namespace {

Case ours(const AttentionShape& shape, bool backward) {
  const auto p = std::make_shared<AttentionProblem>(shape, batch, backward);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [p] {
                const auto x = p->sequence(p->x, p->s.channels), dvalues = p->sequence(p->dvalues, p->s.channels);
                if (p->backward)
                  cpu::additive_attention_backward(dvalues, x, p->parameters(), p->options(), p->saved(),
                                                   p->working_room(), p->gradients());
                else cpu::additive_attention(x, p->parameters(), p->options(), p->result());
              },
          .work = p->work()};
}

}  // namespace

void register_additive_attention() {
  for (const bool backward : {false, true})
    for (const AttentionShape& s : attention_shapes)
      register_case(std::string("additive_attention") + (backward ? "_backward/" : "/") + s.name + "/ours",
                    [=] { return ours(s, backward); });
}

}  // namespace SEISGRAD
