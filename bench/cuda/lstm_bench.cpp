// lstm at the shapes of EQTransformer: gpu:: against cuDNN's algorithms; the gradient alone.
#include "bench/benches.h"
#include "bench/cuda/harness.h"
#include "bench/cudnn.h"
#include "bench/lstm_problem.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<LstmProblem> p) {
  const auto gpu = std::make_shared<OnGpu>();
  LstmDirection<real> direction = p->direction();
  LstmInput<real>& in = direction.in;
  LstmResult<real>& out = direction.out;
  in.x = (*gpu)(in.x), in.weight = (*gpu)(in.weight), in.recurrent = (*gpu)(in.recurrent), in.bias = (*gpu)(in.bias);
  out.h = (*gpu)(out.h), out.gates = (*gpu)(out.gates), out.cells = (*gpu)(out.cells);
  const LstmGradient<real> g = p->gradient();
  const LstmGradient<real> gradient{
      .dz = (*gpu)(g.dz), .dweight = (*gpu)(g.dweight), .drecurrent = (*gpu)(g.drecurrent), .dbias = (*gpu)(g.dbias)};
  const auto dx = (*gpu)(p->sequence(p->dx, p->s.in)), dh = (*gpu)(p->sequence(p->dh, p->s.units));
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call =
              [=] {
                if (p->backward) gpu::lstm_backward(dh, {&direction, 1}, {&gradient, 1}, dx);
                else gpu::lstm({&direction, 1});
              },
          .upload = [gpu] { gpu->upload(); },
          .download = [gpu] { gpu->download(); },
          .work = p->work()};
}

}  // namespace

void register_lstm() {
  for (const LstmShape& s : lstm_shapes) {
    const std::string name = s.name;
    const auto problem = [s](bool backward) { return std::make_shared<LstmProblem>(s, gpu_batch, backward); };
    register_case_on_gpu("lstm/" + name + "/ours", [=] { return ours(problem(false)); });
    for (const auto algorithm : cudnn::lstm_algorithms)
      register_case_on_gpu("lstm/" + name + "/cuDNN " + cudnn::name_of(algorithm),
                           [=] { return cudnn::lstm(problem(false), algorithm); });
    register_case_on_gpu("lstm_backward/" + name + "/ours", [=] { return ours(problem(true)); });
  }
}

}  // namespace SEISGRAD
