// lstm at the shapes of EQTransformer: cpu:: against oneDNN; the gradient alone, since oneDNN keeps for its own a
// workspace of another content than ours.
#include "bench/benches.h"
#include "bench/harness.h"
#include "bench/lstm_problem.h"
#include "bench/onednn.h"

namespace SEISGRAD {
namespace {

Case ours(const LstmShape& shape, bool backward) {
  const auto p = std::make_shared<LstmProblem>(shape, batch, backward ? LstmPass::backward : LstmPass::forward);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [p] {
                const LstmDirection<real> direction[] = {p->direction()};
                const LstmGradient<real> gradients[] = {p->gradient()};
                if (p->pass == LstmPass::backward)
                  cpu::lstm_backward(p->sequence(p->dh, p->s.units), direction, gradients, p->sequence(p->dx, p->s.in));
                else cpu::lstm(direction);
              },
          .work = p->work()};
}

}  // namespace

void register_lstm() {
  for (const LstmShape& s : lstm_shapes) {
    const std::string name = s.name;
    register_case("lstm/" + name + "/ours", [=] { return ours(s, false); });
    if (onednn::lstm)
      register_case("lstm/" + name + "/oneDNN",
                    [=] { return onednn::lstm(std::make_shared<LstmProblem>(s, batch, LstmPass::forward)); });
    register_case("lstm_backward/" + name + "/ours", [=] { return ours(s, true); });
  }
}

}  // namespace SEISGRAD
