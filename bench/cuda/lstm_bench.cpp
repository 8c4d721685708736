// lstm, its gradient, and both together: gpu:: against cuDNN's algorithms, sigmoid gates, no dropout, one direction.
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

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
  return case_on_gpu(p, gpu, [=] {
    if (p->pass != LstmPass::backward) gpu::lstm({&direction, 1});
    if (p->pass != LstmPass::forward) gpu::lstm_backward(dh, {&direction, 1}, {&gradient, 1}, dx);
  });
}

void add(Contests& contests, const LstmShape& s, int64_t windows, LstmPass pass, const std::string& op) {
  const auto entrants = [=]() -> std::vector<Entrant> {
    const auto p = std::make_shared<LstmProblem>(s, windows, pass);
    std::vector<Entrant> all = {{"ours", [=] { return ours(p); }}};
    if (pass == LstmPass::backward) return all;  // cuDNN's spoils what it reads, so it cannot be timed alone
    for (const auto algorithm : cudnn::lstm_algorithms)
      all.push_back({"cuDNN " + cudnn::name_of(algorithm), [=] { return cudnn::lstm(p, algorithm); }});
    return all;
  };
  contests.push_back({op + s.name, "strict", entrants});
}

}  // namespace

void add_lstm(Contests& contests, int64_t windows) {
  const std::pair<LstmPass, std::string> passes[] = {
      {LstmPass::forward, "lstm/"}, {LstmPass::backward, "lstm_backward/"}, {LstmPass::both, "lstm_and_backward/"}};
  for (const auto& [pass, op] : passes) {
    for (const LstmShape& s : lstm_shapes) add(contests, s, windows, pass, op);
    add(contests, away_lstm_shape, away_windows(windows), pass, op);
  }
}

}  // namespace SEISGRAD
